import type { Activation } from '../schema/architecture.ts'

/**
 * The activation of a value, as operators of set 17.
 *
 * @param node adds an operator, `filled` a constant
 */
export function activated(
  x: string,
  activation: Activation,
  node: (type: string, inputs: readonly string[]) => string,
  filled: (value: number) => string
): string {
  const half = (): string => node('Mul', [x, filled(0.5)])
  const onePlus = (y: string): string => node('Add', [y, filled(1)])
  switch (activation) {
    case 'identity':
      return x
    case 'silu':
      return node('Mul', [x, node('Sigmoid', [x])])
    case 'relu':
      return node('Relu', [x])
    case 'tanh':
      return node('Tanh', [x])
    case 'sigmoid':
      return node('Sigmoid', [x])
    case 'softplus':
      return node('Softplus', [x])
    case 'sine':
      return node('Sin', [x])
    case 'cosine':
      return node('Cos', [x])
    case 'gelu': {
      const cube = node('Mul', [node('Mul', [x, x]), x])
      const inner = node('Add', [x, node('Mul', [cube, filled(0.044715)])])
      return node('Mul', [
        half(),
        onePlus(node('Tanh', [node('Mul', [inner, filled(Math.sqrt(2 / Math.PI))])]))
      ])
    }
    case 'gelu-erf':
      return node('Mul', [half(), onePlus(node('Erf', [node('Mul', [x, filled(Math.SQRT1_2)])]))])
  }
}

/**
 * What one evaluation of a velocity takes, in units of one f32 multiply or add inside a matrix product. `shared` is the part
 * that depends on the time alone and is paid once for a batch, `opening` what is paid when the flow is opened.
 */
export interface Cost {
  readonly perRow: number
  readonly shared: number
  readonly opening: number
}

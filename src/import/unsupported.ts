/** What an operation asks for that networks here cannot do, in a few words; the translation adds which node it was. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

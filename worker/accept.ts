interface Range {
  readonly type: string
  readonly q: number
  readonly position: number
}

/**
 * The media type to answer in, or undefined when none of `offers` is acceptable.
 *
 * The most specific range that covers an offer sets its quality; of equal qualities, the one named earlier in the
 * header wins, and then the one offered earlier. No header accepts everything.
 *
 * @see RFC 9110, section 12.5.1.
 */
export function negotiate<Offer extends string>(
  header: string | undefined,
  offers: readonly Offer[]
): Offer | undefined {
  if (header === undefined || header.trim() === '') return offers[0]
  const ranges = header.split(',').map(parseRange)
  let best: { offer: Offer; range: Range } | undefined
  for (const offer of offers) {
    const range = rangeOf(offer, ranges)
    if (range === undefined || range.q === 0) continue
    const better =
      best === undefined ||
      range.q > best.range.q ||
      (range.q === best.range.q && range.position < best.range.position)
    if (better) best = { offer, range }
  }
  return best?.offer
}

function parseRange(text: string, position: number): Range {
  const [type, ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const q = weight === undefined ? 1 : Number(weight.slice(2))
  return { type, q: q >= 0 && q <= 1 ? q : 0, position }
}

/** The most specific range that covers a media type. */
function rangeOf(type: string, ranges: readonly Range[]): Range | undefined {
  const family = `${type.split('/')[0]}/*`
  for (const candidate of [type, family, '*/*']) {
    const range = ranges.find((range) => range.type === candidate)
    if (range !== undefined) return range
  }
  return undefined
}

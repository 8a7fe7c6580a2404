/**
 * SHA-256 of the points' bytes (little-endian f32), as 64 hexadecimal digits; undefined where the browser keeps its
 * cryptography back, which it does on a page that came neither from localhost nor by HTTPS.
 */
export async function fingerprint(data: Float32Array<ArrayBuffer>): Promise<string | undefined> {
  const subtle = (crypto as Partial<Crypto>).subtle
  if (subtle === undefined) return undefined
  const digest = await subtle.digest('SHA-256', data)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Enough of a fingerprint to compare by eye: `3fa9 c1d2 07be`. */
export function short(hash: string): string {
  return hash.slice(0, 12).replace(/(.{4})(?=.)/g, '$1 ')
}

/** SHA-256 of the points' bytes (little-endian f32), as 64 hexadecimal digits. */
export async function fingerprint(data: Float32Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', data)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Enough of a fingerprint to compare by eye: `3fa9 c1d2 07be`. */
export function short(hash: string): string {
  return hash.slice(0, 12).replace(/(.{4})(?=.)/g, '$1 ')
}

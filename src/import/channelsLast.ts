/** (count, channels, pixels) to (count, pixels, channels). */
export function channelsLast(data: Float32Array, channels: number, pixels: number): Float32Array {
  const size = channels * pixels
  return data.map((_, i) => {
    const place = i % size
    return data[i - place + (place % channels) * pixels + Math.floor(place / channels)]
  })
}

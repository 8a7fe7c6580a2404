import { snr, timeOfSnr, type Schedule } from './schedule.ts'

/**
 * One schedule on the clock of another: at time t of `to`, the time of `from` with the same signal-to-noise ratio, and the
 * factor by which states differ there,
 *
 *     X^to_t = scale X^from_time,   b_from(time) / a_from(time) = b_to(t) / a_to(t),   scale = a_to(t) / a_from(time).
 *
 * Where the ratio lies below all of those of `from`, its time is 0 and its scale that of the noise.
 *
 * @throws GaussflowError `invalid_argument` at `time`, from the function it returns, for a t outside [0, 1].
 * @see Gao, Huang & Jiao, "Gaussian Interpolation Flows", JMLR 25 (2024): X_t / a_t depends on t through b / a alone.
 */
export function reparametrize(
  from: Schedule,
  to: Schedule
): (t: number) => { readonly time: number; readonly scale: number } {
  return (t) => {
    const time = timeOfSnr(from, snr(to, t))
    const here = from.at(time)
    const there = to.at(t)
    // The larger of the two coefficients tells the ratio best; at the data end a is 0 on both sides.
    const scale = here.a > here.b ? there.a / here.a : there.b / here.b
    return { time, scale }
  }
}

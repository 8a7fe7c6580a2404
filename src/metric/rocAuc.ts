import { GaussflowError } from '../error.ts'

/**
 * The area under the receiver operating characteristic of scores: the chance that an anomalous row scores above a normal one,
 * where equal scores count a half,
 *
 *     AUC = (R - m (m + 1) / 2) / (m n),
 *
 * with R the sum of the ranks of the m anomalous scores among all m + n, equal ones at the mean of their ranks (the
 * Mann-Whitney statistic). 1 for scores that part the two, 0.5 for scores that say nothing.
 *
 * @throws GaussflowError `invalid_argument` where one is empty, `not_finite` for NaN, which has no rank; infinite scores have
 * @see Hanley & McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143 (1982).
 */
export function rocAuc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  expectScores('normal', normal)
  expectScores('anomalous', anomalous)
  const [n, m] = [normal.length, anomalous.length]
  const all = new Float64Array(n + m)
  all.set(normal)
  all.set(anomalous, n)
  const order = Array.from(all.keys()).sort((i, j) => all[i] - all[j] || 0)
  let ranks = 0
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && all[order[to]] === all[order[from]]) to++
    // Ranks from + 1 to `to`, in the mean.
    for (let at = from; at < to; at++) if (order[at] >= n) ranks += (from + 1 + to) / 2
    from = to
  }
  return (ranks - (m * (m + 1)) / 2) / (m * n)
}

function expectScores(path: string, scores: ArrayLike<number>): void {
  if (scores.length === 0)
    throw new GaussflowError('invalid_argument', `\`${path}\` must hold at least one score, got none`, {
      path
    })
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isNaN(scores[i])) continue
    const at = `${path}[${i}]`
    throw new GaussflowError('not_finite', `\`${at}\` must be a number, got NaN`, { path: at })
  }
}

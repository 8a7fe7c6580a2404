/** The largest error among so many points, and where it is. */
export interface Worst {
  readonly ulps: number
  readonly x: number
  readonly points: number
}

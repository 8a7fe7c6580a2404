/** What every velocity record in the arena begins with. */
@unmanaged
export class Velocity {
  kind: i32;
  dim: i32;
  schedule: usize;
}

export const MIXTURE: i32 = 0;
export const EMPIRICAL: i32 = 1;
export const NETWORK: i32 = 2;

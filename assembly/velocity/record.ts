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

/** What a build is for: one for networks alone leaves out what closed forms need, and the other way round. */
const CLOSED_FORMS: bool = isDefined(HAS_CLOSED_FORMS);
const NETWORKS: bool = isDefined(HAS_NETWORKS);

export function isMixture(v: usize): bool {
  return CLOSED_FORMS && changetype<Velocity>(v).kind == MIXTURE;
}

export function isEmpirical(v: usize): bool {
  return CLOSED_FORMS && changetype<Velocity>(v).kind == EMPIRICAL;
}

export function isNetwork(v: usize): bool {
  return NETWORKS && (!CLOSED_FORMS || changetype<Velocity>(v).kind == NETWORK);
}

import { matvec } from "../kernel/matvec";
import { alloc, f64s } from "../memory";
import { MIXTURE, Velocity } from "./record";

/** sum_k w_k N(m_k, U_k^T diag(l_k) U_k): arrays of f64 below the record in the arena. */
@unmanaged
export class Mixture extends Velocity {
  components: i32;
  round: bool; // whether all eigenvalues of each component are equal: then axes mean nothing, and are not kept
  logWeights: usize; // K
  means: usize; // K x d
  variances: usize; // K x d, eigenvalues
  axes: usize; // K x d x d, eigenvectors in rows; 0 = coordinate axes
  spheres: usize; // K, of its own: where all are round, the eigenvalue of each
  turned: usize; // K x d: U_k m_k, of its own; without axes the means
}

/** n rounded up to whole vectors of two f64. */
export function even(n: u64): u64 {
  return (n + 1) & ~1;
}

/** A record over arrays that stay where and as they are; 0 where memory cannot grow. */
export function newMixture(
  schedule: usize,
  dim: i32,
  components: i32,
  logWeights: usize,
  means: usize,
  variances: usize,
  axes: usize
): usize {
  const round = isRound(components, dim, variances);
  const row = f64s(dim);
  const address = alloc(offsetof<Mixture>());
  const own = round ? alloc(f64s(components)) : axes ? alloc(<usize>components * row) : means;
  if (!address || !own) return 0;
  const mixture = changetype<Mixture>(address);
  mixture.kind = MIXTURE;
  mixture.schedule = schedule;
  mixture.dim = dim;
  mixture.components = components;
  mixture.round = round;
  mixture.logWeights = logWeights;
  mixture.means = means;
  mixture.variances = variances;
  mixture.axes = round ? 0 : axes;
  mixture.spheres = own;
  mixture.turned = round ? means : own;
  for (let k = 0; k < components; k++) {
    const at = <usize>k * row;
    if (round) store<f64>(own + f64s(k), load<f64>(variances + at));
    else if (axes) matvec(axes + at * <usize>dim, dim, dim, means + at, own + at);
  }
  return address;
}

function isRound(components: i32, dim: i32, variances: usize): bool {
  for (let k = 0; k < components; k++, variances += f64s(dim)) {
    for (let i = 1; i < dim; i++) if (load<f64>(variances + f64s(i)) != load<f64>(variances)) return false;
  }
  return true;
}

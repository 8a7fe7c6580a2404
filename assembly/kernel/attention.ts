import { padded, Vector } from "../math/vector";
import { f32s } from "../memory";

// Softmax over the keys as they come, four at a time (Milakov & Gimelshein, "Online normalizer calculation for softmax", arXiv
// 1805.02867): with the largest logit m so far, the sum s = sum e^(l_j - m) and the sum a = sum e^(l_j - m) v_j are corrected by
// e^(m - m') when a larger m' comes. Nothing of the size tokens x keys is ever held.
//
// Scratch, for one head of one query: the query, the sum a, and the same of a derivative, each padded to whole vectors.

@unmanaged
class Heads {
  keys: i32;
  size: i32; // of a query and of a key
  value: i32;
  keyToken: usize; // bytes from key to key
  valueToken: usize;
  /** Of the query at hand. */
  most: f32;
  total: f32;
}

const heads = changetype<Heads>(memory.data(offsetof<Heads>(), 16));
const LOGITS = memory.data(16, 16);
const WEIGHTS = memory.data(16, 16);

/**
 * out = softmax(q k^T / sqrt(size)) v for each of `count` heads, runs of size = width / count channels.
 *
 * q (rows, tokens, width), k (rows, keys, width), v and out (rows, keys or tokens, valueWidth); `out` must not overlap them.
 */
export function attention(
  q: usize,
  k: usize,
  v: usize,
  rows: i32,
  tokens: i32,
  keys: i32,
  width: i32,
  valueWidth: i32,
  count: i32,
  scratch: usize,
  out: usize
): void {
  begin(keys, width, valueWidth, count);
  const step = f32s(padded(width));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < tokens; j++, q += step, out += heads.valueToken) {
      for (let h = 0; h < count; h++) {
        const from = f32s(h * heads.size);
        const to = f32s(h * heads.value);
        attend(q + from, k + from, v + to, scratch);
        write(scratch + f32s(padded(heads.size)), 1.0 / heads.total, out + to);
      }
    }
    k += <usize>keys * heads.keyToken;
    v += <usize>keys * heads.valueToken;
  }
}

/**
 * The tangents of `attention`: with the weights p_j and dl_j = (dq k_j + q dk_j) / sqrt(size),
 *
 *     dout = sum_j p_j (dv_j + dl_j v_j) - (sum_j p_j dl_j) out.
 *
 * dq, dk, dv and dout hold `directions` tangents of each row.
 */
export function attentionTangent(
  q: usize,
  k: usize,
  v: usize,
  rows: i32,
  tokens: i32,
  keys: i32,
  width: i32,
  valueWidth: i32,
  count: i32,
  scratch: usize,
  directions: i32,
  dq: usize,
  dk: usize,
  dv: usize,
  dout: usize
): void {
  begin(keys, width, valueWidth, count);
  const step = f32s(padded(width));
  const outRow = <usize>tokens * heads.valueToken;
  const keyRow = <usize>keys * heads.keyToken;
  const valueRow = <usize>keys * heads.valueToken;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < tokens; j++, q += step) {
      for (let h = 0; h < count; h++) {
        const from = f32s(h * heads.size);
        const to = f32s(h * heads.value);
        attend(q + from, k + from, v + to, scratch);
        for (let d = 0; d < directions; d++) {
          const row = <usize>(i * directions + d);
          const dqd = dq + (row * <usize>tokens + <usize>j) * step + from;
          const dkd = dk + row * keyRow + from;
          const dvd = dv + row * valueRow + to;
          const at = dout + row * outRow + <usize>j * heads.valueToken + to;
          attendTangent(k + from, v + to, dqd, dkd, dvd, scratch, at);
        }
      }
    }
    k += keyRow;
    v += valueRow;
  }
}

function begin(keys: i32, width: i32, valueWidth: i32, count: i32): void {
  heads.keys = keys;
  heads.size = width / count;
  heads.value = valueWidth / count;
  heads.keyToken = f32s(padded(width));
  heads.valueToken = f32s(padded(valueWidth));
}

/** One query over all keys of its head: the scaled query and the sum a in `scratch`, the largest logit and the sum s in `heads`. */
function attend(q: usize, k: usize, v: usize, scratch: usize): void {
  const sum = scratch + f32s(padded(heads.size));
  take(q, scratch);
  memory.fill(sum, 0, f32s(padded(heads.value)));
  let most = -f32.MAX_VALUE;
  let total: f32 = 0;
  for (let j = 0; j < heads.keys; j += 4) {
    logits(scratch, k, j);
    const next = max(most, largest());
    if (next > most) {
      v128.store(WEIGHTS, Vector.exp(f32x4.splat(most - next)));
      const factor = load<f32>(WEIGHTS);
      total *= factor;
      scale(sum, factor);
      most = next;
    }
    total += weigh(most, j);
    accumulate(v, j, sum);
  }
  heads.most = most;
  heads.total = total;
}

/** One tangent of the query that `attend` has left. */
function attendTangent(
  k: usize,
  v: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  scratch: usize,
  out: usize
): void {
  const sum = scratch + f32s(padded(heads.size));
  const turned = sum + f32s(padded(heads.value));
  const moved = turned + f32s(padded(heads.size));
  take(dq, turned);
  memory.fill(moved, 0, f32s(padded(heads.value)));
  let along: f32 = 0;
  for (let j = 0; j < heads.keys; j += 4) {
    logits(scratch, k, j);
    weigh(heads.most, j);
    accumulate(dv, j, moved);
    logits(turned, k, j);
    const ofQuery = v128.load(LOGITS);
    logits(scratch, dk, j);
    const change = f32x4.mul(v128.load(WEIGHTS), f32x4.add(ofQuery, v128.load(LOGITS)));
    v128.store(WEIGHTS, v128.and(change, Vector.firstLanes(heads.keys - j)));
    along += Vector.sum(v128.load(WEIGHTS));
    accumulate(v, j, moved);
  }
  // (moved - along sum / total) / total
  const inverse: f32 = 1.0 / heads.total;
  const back = f32x4.splat(along * inverse);
  for (let at: usize = 0; at < f32s(padded(heads.value)); at += 16) {
    const rest = f32x4.mul(back, v128.load(sum + at));
    v128.store(moved + at, f32x4.sub(v128.load(moved + at), rest));
  }
  write(moved, inverse, out);
}

/** The query of one head, divided by sqrt(size); zeros up to a whole vector. */
function take(q: usize, out: usize): void {
  const factor: f32 = 1.0 / sqrt<f32>(<f32>heads.size);
  const last = Vector.firstLanes(heads.size & 3);
  const whole = f32s(heads.size & ~3);
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(out + at, f32x4.mul(v128.load(q + at), f32x4.splat(factor)));
  }
  if (heads.size & 3) {
    v128.store(out + whole, v128.and(f32x4.mul(v128.load(q + whole), f32x4.splat(factor)), last));
  }
}

/** LOGITS = q k_i for the four keys from the j-th on; where there are fewer, the last again. */
function logits(q: usize, k: usize, j: i32): void {
  const last = heads.keys - 1;
  const token = heads.keyToken;
  let k0 = k + <usize>j * token;
  let k1 = k + <usize>min(j + 1, last) * token;
  let k2 = k + <usize>min(j + 2, last) * token;
  let k3 = k + <usize>min(j + 3, last) * token;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (const whole = q + f32s(heads.size & ~3); q < whole; q += 16, k0 += 16, k1 += 16, k2 += 16, k3 += 16) {
    const x = v128.load(q);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(k0)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(k1)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(k2)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(k3)));
  }
  if (heads.size & 3) {
    const lanes = Vector.firstLanes(heads.size & 3);
    const x = v128.load(q);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.and(v128.load(k0), lanes)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.and(v128.load(k1), lanes)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.and(v128.load(k2), lanes)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.and(v128.load(k3), lanes)));
  }
  v128.store(LOGITS, Vector.sums(s0, s1, s2, s3));
}

/** The largest of four logits; NaN counts for nothing. */
function largest(): f32 {
  let most = load<f32>(LOGITS);
  for (let i: usize = 4; i < 16; i += 4) {
    const logit = load<f32>(LOGITS + i);
    if (!(logit <= most)) most = logit;
  }
  return most;
}

/** The weights e^(l_i - most) of the four keys from the j-th on, 0 where there are fewer; returns their sum. */
function weigh(most: f32, j: i32): f32 {
  const below = f32x4.sub(v128.load(LOGITS), f32x4.splat(most));
  v128.store(WEIGHTS, v128.and(Vector.exp(below), Vector.firstLanes(heads.keys - j)));
  return Vector.sum(v128.load(WEIGHTS));
}

/** sum += w_0 v_j + w_1 v_(j + 1) + ... with w of WEIGHTS; the last value again stands where there are fewer, with the weight 0. */
function accumulate(v: usize, j: i32, sum: usize): void {
  const last = heads.keys - 1;
  const token = heads.valueToken;
  const v0 = v + <usize>j * token;
  const v1 = v + <usize>min(j + 1, last) * token;
  const v2 = v + <usize>min(j + 2, last) * token;
  const v3 = v + <usize>min(j + 3, last) * token;
  const w0 = v128.load32_splat(WEIGHTS);
  const w1 = v128.load32_splat(WEIGHTS, 4);
  const w2 = v128.load32_splat(WEIGHTS, 8);
  const w3 = v128.load32_splat(WEIGHTS, 12);
  for (let at: usize = 0; at < f32s(padded(heads.value)); at += 16) {
    const first = f32x4.add(f32x4.mul(w0, v128.load(v0 + at)), f32x4.mul(w1, v128.load(v1 + at)));
    const second = f32x4.add(f32x4.mul(w2, v128.load(v2 + at)), f32x4.mul(w3, v128.load(v3 + at)));
    v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.add(first, second)));
  }
}

function scale(sum: usize, factor: f32): void {
  for (let at: usize = 0; at < f32s(padded(heads.value)); at += 16) {
    v128.store(sum + at, f32x4.mul(v128.load(sum + at), f32x4.splat(factor)));
  }
}

/** The first numbers of a sum, times a factor: no further, for the next head's follow. */
function write(sum: usize, factor: f32, out: usize): void {
  for (const end = sum + f32s(heads.value); sum < end; sum += 4, out += 4) {
    store<f32>(out, load<f32>(sum) * factor);
  }
}

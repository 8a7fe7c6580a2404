import { expm164 } from "../math/expm1";
import { log64 } from "../math/log";
import { Coefficients } from "./record";

/** a = sigmaMin ((sigmaMax / sigmaMin)^(1 - t) - 1), b = 1: noise on top of data, geometric and shifted so that a(1) = 0. */
export function varianceExploding(t: f64, sigmaMin: f64, sigmaMax: f64, out: Coefficients): void {
  const rate = log64(sigmaMax / sigmaMin);
  const a = sigmaMin * expm164((1.0 - t) * rate);
  out.a = a;
  out.aDa = -a * (a + sigmaMin) * rate;
  out.b = 1.0;
  out.db = 0.0;
}

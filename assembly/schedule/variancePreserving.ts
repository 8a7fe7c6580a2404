import { exp64 } from "../math/exp";
import { expm164 } from "../math/expm1";
import { Coefficients } from "./record";

/**
 * b = exp(-u^2 (betaMax - betaMin) / 4 - u betaMin / 2) with u = 1 - t, a = sqrt(1 - b^2): diffusion with a noise rate
 * that grows linearly. b(0) > 0: the source is not quite Gaussian.
 */
export function variancePreserving(t: f64, betaMin: f64, betaMax: f64, out: Coefficients): void {
  const u = 1.0 - t;
  const range = betaMax - betaMin;
  const logB = -u * (0.25 * u * range + 0.5 * betaMin);
  const b = exp64(logB);
  const db = b * 0.5 * (u * range + betaMin);
  out.a = sqrt(-expm164(2.0 * logB)); // 1 - b^2 without its cancellation near the data
  out.aDa = -b * db;
  out.b = b;
  out.db = db;
}

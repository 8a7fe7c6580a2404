import { Coefficients } from "./record";

/** a = sqrt(1 - t^2), b = t: Foellmer's drift. a' has a pole at t = 1, a a' = -t has none. */
export function follmer(t: f64, out: Coefficients): void {
  out.a = sqrt((1.0 - t) * (1.0 + t));
  out.aDa = -t;
  out.b = t;
  out.db = 1.0;
}

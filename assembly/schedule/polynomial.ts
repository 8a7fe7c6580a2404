import { exp64 } from "../math/exp";
import { expm164 } from "../math/expm1";
import { log64 } from "../math/log";
import { Coefficients } from "./record";

/** a = 1 - t^p, b = t^p for p >= 1. */
export function polynomial(t: f64, p: f64, out: Coefficients): void {
  if (t <= 0) {
    out.a = 1.0;
    out.b = 0.0;
    out.db = p == 1.0 ? 1.0 : 0.0;
  } else {
    const logT = log64(t);
    out.a = 0.0 - expm164(p * logT); // also where t^p is near 1
    out.b = exp64(p * logT);
    out.db = p * exp64((p - 1.0) * logT);
  }
  out.aDa = -out.a * out.db;
}

import { exp64 } from "./exp";

const ERF_ONE: f64 = 0.8427007929497149;
const ERF_ONE_LO: f64 = -2.4801011789118602e-17; // erf 1 - ERF_ONE

/**
 * The error function, 2 / sqrt(pi) times the integral of e^(-s^2) from 0 to x. With minimax polynomials
 *
 *     |x| < 0.75     x + x P(x^2)                      P of degree 10, within 2^-55.8 of erf(x) / x - 1
 *     |x| < 1.375    erf 1 + h R(h), h = |x| - 1       R of degree 14, the product within 2^-56.9
 *     |x| <= 6       1 - e^(-x^2) Q(1 / (|x| + 2))     Q of degree 11, the product within 2^-60.9
 *     beyond         1, to which it rounds from 5.93 on
 *
 * Each adds something small to a leading part, so that its own rounding weighs little. The polynomials are fitted by
 * Remez' algorithm in 50 digits.
 *
 * Within 1 ulp. Odd to the bit, +-1 at the infinities, NaN stays NaN.
 */
export function erf64(x: f64): f64 {
  const size = abs(x);
  if (size < 0.75) return x + x * nearZero(x * x);
  let y: f64 = 1.0;
  if (size < 1.375) {
    const h = size - 1.0;
    y = ERF_ONE + (h * nearOne(h) + ERF_ONE_LO);
  } else if (!(size > 6.0)) {
    y = 1.0 - exp64(-size * size) * scaledComplement(1.0 / (size + 2.0));
  }
  return copysign<f64>(y, x);
}

/** erf(x) / x - 1 of z = x^2. */
function nearZero(z: f64): f64 {
  let p: f64 = 1.1463755589562924e-8;
  p = p * z - 1.5937599298231534e-7;
  p = p * z + 1.6430388118534878e-6;
  p = p * z - 1.4924176630087895e-5;
  p = p * z + 0.00012055288776919105;
  p = p * z - 0.0008548326169083668;
  p = p * z + 0.005223977615122183;
  p = p * z - 0.02686617064440247;
  p = p * z + 0.11283791670952481;
  p = p * z - 0.37612638903183715;
  return p * z + 0.1283791670955126;
}

/** (erf(1 + h) - erf 1) / h. */
function nearOne(h: f64): f64 {
  let p: f64 = -6.6423056162019834e-6;
  p = p * h + 2.355928552579343e-5;
  p = p * h + 1.8980913994620018e-5;
  p = p * h - 0.00020008136987779588;
  p = p * h + 8.550197086242148e-5;
  p = p * h + 0.0012262913254706314;
  p = p * h - 0.0018851874759702291;
  p = p * h - 0.004777030905644307;
  p = p * h + 0.015154718141094337;
  p = p * h + 0.004612305530827215;
  p = p * h - 0.06918458290323946;
  p = p * h + 0.06918458290339703;
  p = p * h + 0.1383691658068641;
  p = p * h - 0.4151074974205946;
  return p * h + 0.4151074974205947;
}

/** e^(x^2) erfc x of t = 1 / (x + 2). */
function scaledComplement(t: f64): f64 {
  let p: f64 = 114.61467495366536;
  p = p * t - 288.26104242418205;
  p = p * t + 280.98098557144795;
  p = p * t - 114.10394742171333;
  p = p * t + 4.833259049140174;
  p = p * t + 3.719474487079007;
  p = p * t + 0.4688717109264238;
  p = p * t + 3.3362862659554353;
  p = p * t + 1.9026409855804505;
  p = p * t + 1.1346279118256701;
  p = p * t + 0.5638768287882887;
  return p * t + 6.9464730249015335e-6;
}

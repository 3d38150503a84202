import {
  ACT_ABSOLUTE, ACT_CELU, ACT_ELU, ACT_ERROR_FUNCTION, ACT_EXPONENTIAL, ACT_GELU, ACT_GELU_TANH, ACT_HARD_SIGMOID, ACT_HARD_SWISH,
  ACT_LEAKY, ACT_LOGARITHM, ACT_MISH, ACT_NEGATE, ACT_SELU, ACT_SIGMOID, ACT_SILU, ACT_SOFTPLUS, ACT_SOFTSIGN, ACT_SQUARE_ROOT,
  ACT_TANH, ACT_THRESHOLD, ACT_FLOOR, ACT_CEILING, ACT_ROUND, ACT_TRUNCATE, ACT_SIGN, ACT_RECIPROCAL, ACT_NOT, ACT_SCALE,
  ACT_TRUTH,
} from './layout';
import { add, clip, fma, mul, scale, scaleAdd, sub } from './vector';

/**
 * What e^x is made of, in memory: V8 puts together a vector of one number anew wherever it is used, in three instructions,
 * which is half of the work; loads are one, and none where loops hold them. First the bounds, then log2 e, a number of
 * 2^23 and a half, ln 2 in two parts, and the polynomial, after Cephes.
 */
const EXP: usize = 64;
put(EXP, 0, -87);
put(EXP, 1, 87);
put(EXP, 2, 1.44269504088896341);
put(EXP, 3, 12582912);
put(EXP, 4, -0.693359375);
put(EXP, 5, 2.12194440e-4);
put(EXP, 6, 1.9875691500e-4);
put(EXP, 7, 1.3981999507e-3);
put(EXP, 8, 8.3334519073e-3);
put(EXP, 9, 4.1665795894e-2);
put(EXP, 10, 1.6666665459e-1);
put(EXP, 11, 5.0000001201e-1);
put(EXP, 12, 1);

/** When the module is opened: below CONTROL the memory is nobody else's, and all threads write the same. */
function put(table: usize, at: usize, value: f32): void { store<f32>(table + at * 4, value); }

/** The number of 2^23 and a half, which leaves a whole number in its lowest bits when it is added: rounding and conversion in one. */
// @ts-ignore: decorator
@inline const WHOLE_BITS: i32 = 0x4b400000;

// @ts-ignore: decorator
@inline
function known(table: usize, at: usize): v128 { return v128.load32_splat(table + at * 4); }

/** e^x as p · 2^n: p of x, and of n as it comes out of the sum with `whole`. */
// @ts-ignore: decorator
@inline
function mantissa(
  x: v128, sum: v128, whole: v128, a: v128, b: v128, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128, p5: v128, one: v128,
): v128 {
  const n = sub(sum, whole);
  const r = fma(n, b, fma(n, a, x)), square = mul(r, r);
  // In pairs: what waits for what is half as long, and the processor has more of it in hand at once.
  const high = fma(fma(p0, r, p1), square, fma(p2, r, p3));
  return fma(fma(high, square, fma(p4, r, p5)), square, add(r, one));
}

/** e^x between the bounds, and that beyond them, in one factor. */
// @ts-ignore: decorator
@inline
function expBetween(
  x: v128, low: v128, high: v128, log2e: v128, whole: v128, a: v128, b: v128, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128,
  p5: v128, one: v128, bias: v128,
): v128 {
  x = clip(x, low, high);
  const sum = fma(x, log2e, whole);
  return mul(mantissa(x, sum, whole, a, b, p0, p1, p2, p3, p4, p5, one), i32x4.shl(i32x4.add(sum, bias), 23));
}

/** e^x to about one unit in the last place, for all that a float holds. */
export function exp(x: v128): v128 {
  x = clip(x, f32x4.splat(-87.336), f32x4.splat(88.722));
  const sum = fma(x, known(EXP, 2), known(EXP, 3));
  const p = mantissa(
    x, sum, known(EXP, 3), known(EXP, 4), known(EXP, 5), known(EXP, 6), known(EXP, 7), known(EXP, 8), known(EXP, 9),
    known(EXP, 10), known(EXP, 11), known(EXP, 12),
  );
  // Two factors, because 2^n alone overflows at the upper end.
  const whole = i32x4.sub(sum, i32x4.splat(WHOLE_BITS));
  const half = i32x4.shr_s(whole, 1);
  const bias = i32x4.splat(127);
  const low = i32x4.shl(i32x4.add(half, bias), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23);
  return mul(mul(p, low), high);
}

/** The same between e^−87 and e^87, and that beyond them: for whoever divides by it or adds it to 1. */
// @ts-ignore: decorator
@inline
export function expWithin(x: v128): v128 {
  return expBetween(
    x, known(EXP, 0), known(EXP, 1), known(EXP, 2), known(EXP, 3), known(EXP, 4), known(EXP, 5), known(EXP, 6), known(EXP, 7),
    known(EXP, 8), known(EXP, 9), known(EXP, 10), known(EXP, 11), known(EXP, 12), i32x4.splat(127),
  );
}

/** The natural logarithm of positive, normal values, after Cephes. */
export function log(x: v128): v128 {
  const bits = x;
  let exponent = i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126));
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  exponent = i32x4.add(exponent, small);
  m = sub(add(m, v128.and(m, small)), f32x4.splat(1));
  const e = f32x4.convert_i32x4_s(exponent);
  const z = mul(m, m);
  let y = f32x4.splat(7.0376836292e-2);
  y = fma(y, m, f32x4.splat(-1.1514610310e-1));
  y = fma(y, m, f32x4.splat(1.1676998740e-1));
  y = fma(y, m, f32x4.splat(-1.2420140846e-1));
  y = fma(y, m, f32x4.splat(1.4249322787e-1));
  y = fma(y, m, f32x4.splat(-1.6668057665e-1));
  y = fma(y, m, f32x4.splat(2.0000714765e-1));
  y = fma(y, m, f32x4.splat(-2.4999993993e-1));
  y = fma(y, m, f32x4.splat(3.3333331174e-1));
  y = mul(mul(y, m), z);
  y = fma(e, f32x4.splat(-2.12194440e-4), y);
  y = fma(z, f32x4.splat(-0.5), y);
  return fma(e, f32x4.splat(0.693359375), add(m, y));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, add(one, expWithin(f32x4.neg(x))));
}

/** Near 0 a polynomial, since 1 − 2/(e^2x + 1) loses its digits there. */
function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  const large = sub(one, f32x4.div(f32x4.splat(2), add(expWithin(add(x, x)), one)));
  const z = mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = fma(p, z, f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const near = fma(mul(p, z), x, x);
  return v128.bitselect(near, large, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
}

/** The polynomial of erfc; then a half, two, and √½. */
const ERFC: usize = 128;
put(ERFC, 0, 0.17087277);
put(ERFC, 1, -0.82215223);
put(ERFC, 2, 1.48851587);
put(ERFC, 3, -1.13520398);
put(ERFC, 4, 0.27886807);
put(ERFC, 5, -0.18628806);
put(ERFC, 6, 0.09678418);
put(ERFC, 7, 0.37409196);
put(ERFC, 8, 1.00002368);
put(ERFC, 9, -1.26551223);
put(ERFC, 10, 0.5);
put(ERFC, 11, 2);
put(ERFC, 12, 0.70710678118654752);

/** erfc with a relative error below 1.2e-7 everywhere (Numerical Recipes, 6.2), which keeps GELU's small tail exact. */
// @ts-ignore: decorator
@inline
function erfc(x: v128): v128 {
  const z = f32x4.abs(x), one = known(EXP, 12);
  const t = f32x4.div(one, fma(z, known(ERFC, 10), one));
  const p = erfcSeries(
    t, known(ERFC, 0), known(ERFC, 1), known(ERFC, 2), known(ERFC, 3), known(ERFC, 4), known(ERFC, 5), known(ERFC, 6),
    known(ERFC, 7), known(ERFC, 8), known(ERFC, 9),
  );
  const tail = mul(t, expWithin(sub(p, mul(z, z))));
  return v128.bitselect(sub(known(ERFC, 11), tail), tail, f32x4.lt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function erfcSeries(
  t: v128, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128, p5: v128, p6: v128, p7: v128, p8: v128, p9: v128,
): v128 {
  const square = mul(t, t), fourth = mul(square, square);
  const low = fma(fma(p6, t, p7), square, fma(p8, t, p9)), high = fma(fma(p2, t, p3), square, fma(p4, t, p5));
  return fma(fma(fma(p0, t, p1), fourth, high), fourth, low);
}

/** erf: a series near 0, where 1 − erfc would lose its digits. */
function erf(x: v128): v128 {
  const z = mul(x, x);
  let p = f32x4.splat(-1.0 / 1320);
  p = fma(p, z, f32x4.splat(1.0 / 216));
  p = fma(p, z, f32x4.splat(-1.0 / 42));
  p = fma(p, z, f32x4.splat(0.1));
  p = fma(p, z, f32x4.splat(-1.0 / 3));
  p = fma(p, z, f32x4.splat(1));
  const near = scale(mul(x, p), 1.1283791670955126);
  const far = sub(f32x4.splat(1), erfc(x));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.35)));
}

/** The natural logarithm of anything: −∞ at 0, not a number below, and true to numbers too small to be normal. */
export function logarithm(x: v128): v128 {
  const zero = f32x4.splat(0);
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const raised = v128.bitselect(scale(x, 8388608), x, tiny);
  let y = log(raised);
  y = v128.bitselect(sub(y, f32x4.splat(15.942385152878742)), y, tiny);
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, zero));
  y = v128.bitselect(f32x4.splat(NaN), y, v128.or(f32x4.lt(x, zero), f32x4.ne(x, x)));
  return v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
}

/** −1, 0 or 1; zeros and what is not a number stay as they are. */
function sign(x: v128): v128 {
  const one = v128.or(f32x4.splat(1), v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(one, x, v128.or(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(0))));
}

/** e^x with the true limits: ∞ and 0 beyond what a float holds. */
function exponential(x: v128): v128 {
  const y = v128.bitselect(f32x4.splat(Infinity), exp(x), f32x4.gt(x, f32x4.splat(88.722)));
  return v128.bitselect(f32x4.splat(0), y, f32x4.lt(x, f32x4.splat(-87.336)));
}

/** e^x − 1, by its series near 0. */
function exponentialLessOne(x: v128): v128 {
  let p = f32x4.splat(1.0 / 5040);
  p = fma(p, x, f32x4.splat(1.0 / 720));
  p = fma(p, x, f32x4.splat(1.0 / 120));
  p = fma(p, x, f32x4.splat(1.0 / 24));
  p = fma(p, x, f32x4.splat(1.0 / 6));
  p = fma(p, x, f32x4.splat(0.5));
  p = fma(p, x, f32x4.splat(1));
  const far = sub(expWithin(x), f32x4.splat(1));
  return v128.bitselect(mul(p, x), far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.4)));
}

/** ln(1 + e^x) without overflow; for a small e^−|x| its series. */
function softplus(x: v128): v128 {
  const e = expWithin(f32x4.neg(f32x4.abs(x)));
  const far = log(add(e, f32x4.splat(1)));
  const near = mul(e, fma(fma(e, f32x4.splat(1.0 / 3), f32x4.splat(-0.5)), e, f32x4.splat(1)));
  return add(f32x4.pmax(x, f32x4.splat(0)), v128.bitselect(near, far, f32x4.lt(e, f32x4.splat(0.01))));
}

/** x · tanh(ln(1 + e^x)) as a fraction of e^x. */
function mish(x: v128): v128 {
  const e = expWithin(f32x4.pmin(x, f32x4.splat(20)));
  const n = mul(e, add(e, f32x4.splat(2)));
  return mul(x, f32x4.div(n, add(n, f32x4.splat(2))));
}

// @ts-ignore: decorator
@inline
function one(x: v128, kind: i32, alpha: f32, beta: f32): v128 {
  const zero = f32x4.splat(0);
  switch (kind) {
    case ACT_LEAKY:
      return fma(f32x4.pmin(x, zero), f32x4.splat(alpha), f32x4.pmax(x, zero));
    case ACT_SIGMOID:
      return sigmoid(x);
    case ACT_TANH:
      return tanh(x);
    case ACT_GELU:
      return mul(scale(x, 0.5), erfc(scale(x, -0.70710678118654752)));
    case ACT_GELU_TANH: {
      const inner = scale(fma(mul(mul(x, x), x), f32x4.splat(0.044715), x), 0.7978845608028654);
      // 0.5·(1 + tanh u) is sigmoid(2u).
      return mul(x, sigmoid(add(inner, inner)));
    }
    case ACT_SILU:
      return f32x4.div(x, add(f32x4.splat(1), expWithin(f32x4.neg(x))));
    case ACT_HARD_SWISH:
      return mul(x, clip(scaleAdd(x, alpha, f32x4.splat(beta)), zero, f32x4.splat(1)));
    case ACT_HARD_SIGMOID:
      return clip(scaleAdd(x, alpha, f32x4.splat(beta)), zero, f32x4.splat(1));
    case ACT_ELU:
      return v128.bitselect(scale(exponentialLessOne(f32x4.min(x, zero)), alpha), x, f32x4.lt(x, zero));
    case ACT_CELU:
      // beta is 1/alpha.
      return add(f32x4.max(x, zero), f32x4.min(scale(exponentialLessOne(f32x4.min(scale(x, beta), zero)), alpha), zero));
    case ACT_SELU:
      return scale(v128.bitselect(x, scale(exponentialLessOne(f32x4.min(x, zero)), alpha), f32x4.gt(x, zero)), beta);
    case ACT_MISH:
      return mish(x);
    case ACT_SOFTPLUS:
      return softplus(x);
    case ACT_SOFTSIGN:
      return f32x4.div(x, add(f32x4.abs(x), f32x4.splat(1)));
    case ACT_THRESHOLD:
      return v128.and(x, f32x4.gt(x, f32x4.splat(alpha)));
    case ACT_ABSOLUTE:
      return f32x4.abs(x);
    case ACT_NEGATE:
      return f32x4.neg(x);
    case ACT_EXPONENTIAL:
      return exponential(x);
    case ACT_SQUARE_ROOT:
      return f32x4.sqrt(x);
    case ACT_ERROR_FUNCTION:
      return erf(x);
    case ACT_FLOOR: return f32x4.floor(x);
    case ACT_CEILING: return f32x4.ceil(x);
    case ACT_ROUND: return f32x4.nearest(x);
    case ACT_TRUNCATE: return f32x4.trunc(x);
    case ACT_SIGN: return sign(x);
    case ACT_RECIPROCAL: return f32x4.div(f32x4.splat(1), x);
    case ACT_NOT: return v128.and(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(1));
    case ACT_TRUTH: return v128.and(f32x4.ne(x, f32x4.splat(0)), f32x4.splat(1));
    case ACT_SCALE: return scale(x, alpha);
    case ACT_LOGARITHM:
      return logarithm(x);
    default:
      return x;
  }
}

/** SiLU with all constants in locals, two vectors at a time. */
function silus(from: usize, to: usize, end: usize): void {
  const low = known(EXP, 0), high = known(EXP, 1), log2e = known(EXP, 2), whole = known(EXP, 3), a = known(EXP, 4), b = known(EXP, 5);
  const p0 = known(EXP, 6), p1 = known(EXP, 7), p2 = known(EXP, 8), p3 = known(EXP, 9), p4 = known(EXP, 10), p5 = known(EXP, 11);
  const one = known(EXP, 12), bias = i32x4.splat(127);
  for (; from + 16 < end; from += 32, to += 32) {
    const x = v128.load(from), y = v128.load(from, 16);
    const e = expBetween(f32x4.neg(x), low, high, log2e, whole, a, b, p0, p1, p2, p3, p4, p5, one, bias);
    const f = expBetween(f32x4.neg(y), low, high, log2e, whole, a, b, p0, p1, p2, p3, p4, p5, one, bias);
    v128.store(to, f32x4.div(x, add(e, one)));
    v128.store(to, f32x4.div(y, add(f, one)), 16);
  }
  if (from < end) {
    const x = v128.load(from);
    const e = expBetween(f32x4.neg(x), low, high, log2e, whole, a, b, p0, p1, p2, p3, p4, p5, one, bias);
    v128.store(to, f32x4.div(x, add(e, one)));
  }
}

/** GELU likewise. */
function gelus(from: usize, to: usize, end: usize): void {
  const low = known(EXP, 0), high = known(EXP, 1), log2e = known(EXP, 2), whole = known(EXP, 3), a = known(EXP, 4), b = known(EXP, 5);
  const p0 = known(EXP, 6), p1 = known(EXP, 7), p2 = known(EXP, 8), p3 = known(EXP, 9), p4 = known(EXP, 10), p5 = known(EXP, 11);
  const one = known(EXP, 12), bias = i32x4.splat(127), half = known(ERFC, 10), root = known(ERFC, 12), zero = f32x4.splat(0);
  const q0 = known(ERFC, 0), q1 = known(ERFC, 1), q2 = known(ERFC, 2), q3 = known(ERFC, 3), q4 = known(ERFC, 4), q5 = known(ERFC, 5);
  const q6 = known(ERFC, 6), q7 = known(ERFC, 7), q8 = known(ERFC, 8), q9 = known(ERFC, 9);
  for (; from < end; from += 16, to += 16) {
    const x = v128.load(from), z = f32x4.abs(mul(x, root)), h = mul(x, half);
    const t = f32x4.div(one, fma(z, half, one));
    const p = erfcSeries(t, q0, q1, q2, q3, q4, q5, q6, q7, q8, q9);
    const e = expBetween(sub(p, mul(z, z)), low, high, log2e, whole, a, b, p0, p1, p2, p3, p4, p5, one, bias);
    // Half of erfc(-x/√2) for what is negative, and of 2 less it for what is not.
    const tail = mul(mul(t, e), h);
    v128.store(to, v128.bitselect(tail, sub(x, tail), f32x4.lt(x, zero)));
  }
}

/** Applies an activation to `count` values (a multiple of 4) from one place to another, or to the same. */
export function activate(from: usize, to: usize, count: i32, kind: i32, alpha: f32, beta: f32): void {
  const end = from + <usize>count * 4;
  // The usual ones in loops of their own, which ask nothing.
  if (kind == ACT_SILU) {
    silus(from, to, end);
    return;
  }
  if (kind == ACT_GELU) {
    gelus(from, to, end);
    return;
  }
  if (kind == ACT_GELU_TANH) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_GELU_TANH, 0, 0));
    return;
  }
  if (kind == ACT_SIGMOID) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_SIGMOID, 0, 0));
    return;
  }
  if (kind == ACT_HARD_SWISH) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_HARD_SWISH, alpha, beta));
    return;
  }
  for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), kind, alpha, beta));
}

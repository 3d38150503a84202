import {
  ACT_ABSOLUTE, ACT_CELU, ACT_ELU, ACT_ERROR_FUNCTION, ACT_EXPONENTIAL, ACT_GELU, ACT_GELU_TANH, ACT_HARD_SIGMOID, ACT_HARD_SWISH,
  ACT_LEAKY, ACT_LOGARITHM, ACT_MISH, ACT_NEGATE, ACT_SELU, ACT_SIGMOID, ACT_SILU, ACT_SOFTPLUS, ACT_SOFTSIGN, ACT_SQUARE_ROOT,
  ACT_TANH, ACT_THRESHOLD, ACT_FLOOR, ACT_CEILING, ACT_ROUND, ACT_TRUNCATE, ACT_SIGN, ACT_RECIPROCAL, ACT_NOT, ACT_SCALE,
  ACT_TRUTH,
} from './layout';
import { add, fma, mul, scale, scaleAdd, sub } from './vector';

/** e^x to about one unit in the last place: 2^n · p(r), after Cephes. */
export function exp(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, f32x4.splat(-87.336)), f32x4.splat(88.722));
  const n = f32x4.nearest(scale(x, 1.44269504088896341));
  let r = fma(n, f32x4.splat(-0.693359375), x);
  r = fma(n, f32x4.splat(2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = fma(p, r, f32x4.splat(1.3981999507e-3));
  p = fma(p, r, f32x4.splat(8.3334519073e-3));
  p = fma(p, r, f32x4.splat(4.1665795894e-2));
  p = fma(p, r, f32x4.splat(1.6666665459e-1));
  p = fma(p, r, f32x4.splat(5.0000001201e-1));
  p = add(fma(p, mul(r, r), r), f32x4.splat(1));
  // Two factors, because 2^n alone overflows at the upper end.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const bias = i32x4.splat(127);
  const low = i32x4.shl(i32x4.add(half, bias), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23);
  return mul(mul(p, low), high);
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

function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, add(one, exp(f32x4.neg(x))));
}

/** Near 0 a polynomial, since 1 − 2/(e^2x + 1) loses its digits there. */
function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  const large = sub(one, f32x4.div(f32x4.splat(2), add(exp(add(x, x)), one)));
  const z = mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = fma(p, z, f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const near = fma(mul(p, z), x, x);
  return v128.bitselect(near, large, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
}

/** erfc with a relative error below 1.2e-7 everywhere (Numerical Recipes, 6.2), which keeps GELU's small tail exact. */
function erfc(x: v128): v128 {
  const z = f32x4.abs(x);
  const t = f32x4.div(f32x4.splat(1), scaleAdd(z, 0.5, f32x4.splat(1)));
  let p = f32x4.splat(0.17087277);
  p = fma(p, t, f32x4.splat(-0.82215223));
  p = fma(p, t, f32x4.splat(1.48851587));
  p = fma(p, t, f32x4.splat(-1.13520398));
  p = fma(p, t, f32x4.splat(0.27886807));
  p = fma(p, t, f32x4.splat(-0.18628806));
  p = fma(p, t, f32x4.splat(0.09678418));
  p = fma(p, t, f32x4.splat(0.37409196));
  p = fma(p, t, f32x4.splat(1.00002368));
  p = fma(p, t, f32x4.splat(-1.26551223));
  const tail = mul(t, exp(sub(p, mul(z, z))));
  return v128.bitselect(sub(f32x4.splat(2), tail), tail, f32x4.lt(x, f32x4.splat(0)));
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
  const far = sub(exp(x), f32x4.splat(1));
  return v128.bitselect(mul(p, x), far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.4)));
}

/** ln(1 + e^x) without overflow; for a small e^−|x| its series. */
function softplus(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const far = log(add(e, f32x4.splat(1)));
  const near = mul(e, fma(fma(e, f32x4.splat(1.0 / 3), f32x4.splat(-0.5)), e, f32x4.splat(1)));
  return add(f32x4.max(x, f32x4.splat(0)), v128.bitselect(near, far, f32x4.lt(e, f32x4.splat(0.01))));
}

/** x · tanh(ln(1 + e^x)) as a fraction of e^x. */
function mish(x: v128): v128 {
  const e = exp(f32x4.min(x, f32x4.splat(20)));
  const n = mul(e, add(e, f32x4.splat(2)));
  return mul(x, f32x4.div(n, add(n, f32x4.splat(2))));
}

// @ts-ignore: decorator
@inline
function one(x: v128, kind: i32, alpha: f32, beta: f32): v128 {
  const zero = f32x4.splat(0);
  switch (kind) {
    case ACT_LEAKY:
      return fma(f32x4.min(x, zero), f32x4.splat(alpha), f32x4.max(x, zero));
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
      return mul(x, sigmoid(x));
    case ACT_HARD_SWISH: {
      const gate = f32x4.min(f32x4.max(scaleAdd(x, alpha, f32x4.splat(beta)), zero), f32x4.splat(1));
      return mul(x, gate);
    }
    case ACT_HARD_SIGMOID:
      return f32x4.min(f32x4.max(scaleAdd(x, alpha, f32x4.splat(beta)), zero), f32x4.splat(1));
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

/** Applies an activation to `count` values (a multiple of 4) from one place to another, or to the same. */
export function activate(from: usize, to: usize, count: i32, kind: i32, alpha: f32, beta: f32): void {
  const end = from + <usize>count * 4;
  // The usual ones in loops of their own, which ask nothing.
  if (kind == ACT_SILU) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_SILU, 0, 0));
    return;
  }
  if (kind == ACT_GELU) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_GELU, 0, 0));
    return;
  }
  if (kind == ACT_HARD_SWISH) {
    for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), ACT_HARD_SWISH, alpha, beta));
    return;
  }
  for (; from < end; from += 16, to += 16) v128.store(to, one(v128.load(from), kind, alpha, beta));
}

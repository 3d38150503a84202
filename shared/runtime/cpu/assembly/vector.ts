/** Short names for what the kernels do most. */

// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
// @ts-ignore: decorator
@inline
export function scale(a: v128, s: f32): v128 { return f32x4.mul(a, f32x4.splat(s)); }
/** a · s + c */
// @ts-ignore: decorator
@inline
export function scaleAdd(a: v128, s: f32, c: v128): v128 { return fma(a, f32x4.splat(s), c); }
/**
 * Between `low` and `high`; what is not a number stays so. One instruction each, where f32x4.min and max are eight: those
 * also order -0 and +0 and look for NaN on both sides.
 */
// @ts-ignore: decorator
@inline
export function clip(x: v128, low: v128, high: v128): v128 { return f32x4.pmin(f32x4.pmax(x, low), high); }
/** The larger of two, and not a number if either is none. */
// @ts-ignore: decorator
@inline
export function larger(most: v128, x: v128): v128 { return v128.or(f32x4.pmax(most, x), f32x4.ne(x, x)); }

/** The sum of a vector's lanes in each of them. */
// @ts-ignore: decorator
@inline
export function total(x: v128): v128 {
  const half = add(x, i32x4.shuffle(x, x, 2, 3, 0, 1));
  return add(half, i32x4.shuffle(half, half, 1, 0, 3, 2));
}

/** All bits in the first `lanes` of four. */
// @ts-ignore: decorator
@inline
export function firstLanes(lanes: i32): v128 {
  return i32x4.gt_s(i32x4.splat(lanes), i32x4(0, 1, 2, 3));
}

// @ts-ignore: decorator
@inline
export function int(record: usize, offset: usize): i32 { return load<i32>(record + offset); }
// @ts-ignore: decorator
@inline
export function ptr(record: usize, offset: usize): usize { return <usize>load<u32>(record + offset); }
// @ts-ignore: decorator
@inline
export function float(record: usize, offset: usize): f32 { return load<f32>(record + offset); }

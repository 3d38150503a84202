import type { Dims } from '../base/dims.ts';

/**
 * The order in which onnxruntime adds up the axes of a sum or a mean that go, in single precision: where the result is
 * rounded to an integer, halves go the way of the last bit. `lanes`: the axes that go end the tensor; `fours`: axes that
 * stay lie before and behind them, as they do on one thread; `rows`: all others, one after another. Pieces of `inner`
 * elements are added up each by itself.
 */
interface AdditionOrder {
  readonly kind: 'lanes' | 'fours' | 'rows';
  readonly inner: number;
}

export function additionOrder(dims: Dims, gone: readonly number[]): AdditionOrder {
  const groups: { readonly goes: boolean; readonly extent: number }[] = [];
  for (const [axis, extent] of dims.entries()) {
    const goes = gone.includes(axis);
    const last = groups.at(-1);
    if (last?.goes === goes) groups[groups.length - 1] = { goes, extent: last.extent * extent };
    else groups.push({ goes, extent });
  }
  const last = groups.at(-1);
  const [outer, middle] = groups;
  if (last?.goes && groups.length <= 2) return { kind: 'lanes', inner: last.extent };
  // Axes that stay are worth the way by pieces from an extent of two on.
  if (groups.length === 3 && last?.goes && middle!.extent > 1) return { kind: 'lanes', inner: last.extent };
  const fours = groups.length === 3 && middle!.goes && outer!.extent > 1;
  return { kind: fours ? 'fours' : 'rows', inner: 1 };
}

/** The sum of a run, whose pieces of `inner` elements began at `start`, `apart` elements from one another. */
export function addedUp(
  run: Float32Array,
  { kind, inner }: AdditionOrder,
  start: number,
  apart: number,
): number {
  switch (kind) {
    case 'rows':
      return oneByOne(run);
    case 'fours':
      return byFours(run);
    case 'lanes': {
      let total = 0;
      for (let from = 0, at = start; from < run.length; from += inner, at += apart)
        total = Math.fround(total + inLanes(run.subarray(from, from + inner), at));
      return total;
    }
  }
}

function oneByOne(run: Float32Array): number {
  let total = 0;
  for (const x of run) total = Math.fround(total + x);
  return total;
}

/** What is left behind the last four are two, then one. */
function byFours(run: Float32Array): number {
  let total = 0;
  for (let at = 0, many = 4; at < run.length; at += many) {
    while (at + many > run.length) many /= 2;
    total = Math.fround(total + oneByOne(run.subarray(at, at + many)));
  }
  return total;
}

/** In two sums of four lanes, from the first element on whose number in the tensor is a multiple of four. */
export function inLanes(run: Float32Array, start: number): number {
  const head = Math.min(-start & 3, run.length);
  const fours = (run.length - head) >> 2;
  if (fours === 0) return oneByOne(run);
  const [even, odd] = [new Float32Array(4), new Float32Array(4)];
  const pairs = fours & ~1;
  for (let i = 0; i < pairs * 4; i++) (i & 4 ? odd : even)[i & 3]! += run[head + i]!;
  const four = even.map((x, lane) => x + odd[lane]!);
  for (let i = pairs * 4; i < fours * 4; i++) four[i & 3]! += run[head + i]!;
  const [a, b, c, d] = four as unknown as readonly [number, number, number, number];
  let total = Math.fround(Math.fround(a + c) + Math.fround(b + d));
  for (let i = 0; i < head; i++) total = Math.fround(total + run[i]!);
  for (let i = head + fours * 4; i < run.length; i++) total = Math.fround(total + run[i]!);
  return total;
}

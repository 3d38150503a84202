/** Ticks of an axis. */
const MOST = 5;

/**
 * Round places to mark an axis of bytes at that are told by 1024: powers of two where amounts are set out by their ratios, else
 * multiples of one.
 */
export function byteTicks(low: number, high: number, isByRatio: boolean): readonly number[] {
  if (!(high > low)) return [low];
  if (isByRatio) {
    const [first, last] = [Math.ceil(Math.log2(low)), Math.floor(Math.log2(high))];
    const step = Math.max(1, Math.ceil((last - first + 1) / MOST));
    // Those of one axis are the same wherever it begins.
    const start = Math.ceil(first / step) * step;
    return places(start, last, step).map((exponent) => 2 ** exponent);
  }
  const step = 2 ** Math.ceil(Math.log2((high - low) / MOST));
  return places(Math.ceil(low / step) * step, high, step);
}

function places(from: number, to: number, step: number): readonly number[] {
  const found: number[] = [];
  for (let at = from; at <= to; at += step) found.push(at);
  return found;
}

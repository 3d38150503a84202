import { elementCount } from '../../../base/dims.ts';
import type { NodeView } from '../node-view.ts';
import { type Constant, known, type Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { Unfoldable } from './elements.ts';

/**
 * The different slices of what is known along an axis, or its different elements; then where each stood first, which
 * one each is, and how often it stands there. How many there are is a shape, so a run cannot tell it.
 */
export function unique(node: NodeView, x: Constant): readonly Value[] {
  const { values } = x;
  if (values === undefined) throw new Unfoldable();
  const whole = !node.has('axis');
  const axis = whole ? 0 : fromFront(node.int('axis', 0), x.dims.length);
  const dims = whole ? [elementCount(x.dims)] : x.dims;
  const extent = dims[axis] ?? 0;
  const run = elementCount(dims.slice(axis + 1));
  const outer = elementCount(dims.slice(0, axis));
  const slice = (at: number): readonly number[] =>
    Array.from(
      { length: outer * run },
      (_, i) => values[(Math.floor(i / run) * extent + at) * run + (i % run)]!,
    );
  const groups = new Map<string, { readonly slice: readonly number[]; readonly at: number[] }>();
  for (let at = 0; at < extent; at++) {
    const own = slice(at);
    const group = groups.get(own.join());
    if (group) group.at.push(at);
    else groups.set(own.join(), { slice: own, at: [at] });
  }
  const found = [...groups.values()];
  if (node.int('sorted', 1) === 1) found.sort((a, b) => byElements(a.slice, b.slice));
  const which = new Float64Array(extent);
  for (const [i, { at }] of found.entries()) for (const place of at) which[place] = i;
  const elements = Array.from({ length: outer }, (_, o) =>
    found.flatMap(({ slice: own }) => own.slice(o * run, (o + 1) * run)),
  );
  const integers = (list: ArrayLike<number>) => known(list, [list.length], true);
  return [
    known(elements.flat(), dims.with(axis, found.length), x.integer, x.sources),
    integers(found.map(({ at }) => at[0]!)),
    integers(which),
    integers(found.map(({ at }) => at.length)),
  ];
}

function byElements(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

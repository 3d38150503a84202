import { rangeOf } from '../held.ts';
import { NeedsInput, type NodeView } from '../node-view.ts';
import { type Flow, known, type Value } from '../values.ts';
import { wrappedTo } from './cast.ts';

/** Further than any type is wide. */
const FURTHEST = 64;

/** Bits moved by known numbers of places: products and whole parts of quotients, exact for powers of two. */
export function bitShift(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  if (x.input !== undefined) throw new NeedsInput(x.input);
  const places = node.numbers(1, 'number of places');
  const left = node.text('direction', '') === 'LEFT';
  const named = (what: string) => `${node.name}.${what}`;
  const factors = places.map((given) => {
    const count = given < 0 ? FURTHEST : Math.min(given, FURTHEST);
    return 2 ** (left ? count : -count);
  });
  const moved = node.one(
    'multiply',
    [x, node.build.constant(node, known(factors, node.dims(1), false), named('factors'), false, true)],
    {},
    {},
    named('moved'),
  );
  const marks: Pick<Flow, 'integer' | 'wraps'> = {
    integer: x.integer ?? 'counts',
    ...(x.wraps && { wraps: x.wraps }),
  };
  if (!left) return [{ ...node.one('floor', [moved]), ...marks }];
  // Only of a type that is known, what goes beyond it is lost.
  if (rangeOf(x.wraps) === undefined) return [{ ...moved, ...marks }];
  return [{ ...wrappedTo(node, moved, x.wraps!), ...marks }];
}

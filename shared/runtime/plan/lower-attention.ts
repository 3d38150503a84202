import { type Dims, elementCount } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import { attentionSizes } from '../../layers/attention.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { noFinish, type ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { blockedAttention } from './lower-blocked-attention.ts';
import { combineTwo, emitFinish } from './lower-elementwise.ts';
import { permuted, type Reading, stretched, whole } from './reading.ts';

/** One step where the machine has one for how tokens lie; otherwise two products of matrices for each head, and softmax between. */
export function lowerAttention(
  params: ParamsOf<'attention'>,
  site: Site,
  graph: GraphBuilder,
): ValueId | Reading {
  const sizes = attentionSizes(params, site.inputDims);
  if (isIssue(sizes)) throw new RangeError(sizes.message);
  const { heads, keyHeads, queries, keys, features, valueFeatures, split } = sizes;
  const stack = elementCount(sizes.stack);
  /** [stack, heads, …] of tokens and features, in this order or turned. */
  const apart = (reading: Reading, own: number, tokens: number, width: number, turned: boolean) => {
    const from = split ? [stack, tokens, own, width] : [stack, own, tokens, width];
    const order = split ? [0, 2, 1, 3] : [0, 1, 2, 3];
    const [, , rows, columns] = order as [number, number, number, number];
    return permuted(
      graph.reshaped(site, reading, from),
      turned ? [0, order[1]!, columns, rows] : [0, order[1]!, rows, columns],
    );
  };
  /** Heads of keys and values once for each head of queries that shares them. */
  const shared = (reading: Reading) => {
    if (heads === keyHeads) return reading;
    const [, , rows, columns] = reading.dims as readonly [number, number, number, number];
    const one = graph.reshaped(site, reading, [stack * keyHeads, 1, rows, columns]);
    const many = stretched(one, [stack * keyHeads, heads / keyHeads, rows, columns]);
    return graph.reshaped(site, many, [stack, heads, rows, columns]);
  };
  const product = (left: ValueId, right: ValueId, m: number, k: number, n: number) =>
    graph.emit(site, { kind: 'matrix-product', inputs: [left, right], m, k, n }, [stack, heads, m, n]);

  const [q, k, v, ...masks] = site.readings as readonly [Reading, Reading, Reading, ...Reading[]];
  // Heads that are an axis of their own, each with its own keys, are as good as stacks.
  const alone = !split && heads === keyHeads;
  const cut = alone ? { ...sizes, heads: 1, keyHeads: 1 } : sizes;
  const read = (reading: Reading, own: number, tokens: number, width: number) =>
    alone
      ? graph.reshaped(site, reading, [stack * own, 1, tokens, width])
      : apart(reading, own, tokens, width, false);
  const blocked =
    graph.abilities.blockedAttention && masks.length === 0
      ? blockedAttention(
          [
            read(q, heads, queries, features),
            read(k, keyHeads, keys, features),
            read(v, keyHeads, keys, valueFeatures),
          ],
          cut,
          site,
          graph,
        )
      : undefined;
  if (blocked) return graph.reshaped(site, split ? permuted(blocked, [0, 2, 1, 3]) : blocked, site.dims);
  const finish = { ...noFinish, activation: 'scale', alpha: sizes.factor } as const;
  const asked = emitFinish(site.with([q]), graph, finish);
  const query = apart(asked, heads, queries, features, false);
  const key = shared(apart(k, keyHeads, keys, features, true));
  const value = shared(apart(v, keyHeads, keys, valueFeatures, false));
  let scores = product(graph.read(site, query), graph.read(site, key), queries, features, keys);
  const dims: Dims = [...sizes.stack, heads, queries, keys];
  for (const mask of masks) {
    const sum = combineTwo('add', whole(scores, dims), mask, site, graph);
    scores = graph.read(site, graph.reshaped(site, sum, [stack, heads, queries, keys]));
  }
  const weights = graph.emit(
    site,
    { kind: 'softmax', inputs: [scores], axis: 'columns', logarithm: false },
    graph.values[scores]!,
  );
  const y = graph.whole(product(weights, graph.read(site, value), queries, keys, valueFeatures));
  return graph.reshaped(site, split ? permuted(y, [0, 2, 1, 3]) : y, site.dims);
}

import { type Dims, elementCount } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import { attentionSizes } from '../../layers/attention.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { noFinish, type ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { blockedAttention, cutMask, headsOf } from './lower-blocked-attention.ts';
import { combineTwo, emitFinish } from './lower-elementwise.ts';
import { permuted, type Reading, reshaped, stretched, whole } from './reading.ts';

/** One step where the backend has one for how tokens lie; otherwise two products of matrices for each head, and softmax between. */
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
  const dims: Dims = [...sizes.stack, heads, queries, keys];
  const inOneStep = (): Reading | undefined => {
    const parts = [
      { reading: q, own: heads, tokens: queries, width: features },
      { reading: k, own: keyHeads, tokens: keys, width: features },
      { reading: v, own: keyHeads, tokens: keys, width: valueFeatures },
    ];
    // Heads that are an axis of their own, each with its own keys, are as good as stacks. Those that lie in the same pixels
    // are heads still.
    const alone = !split && heads === keyHeads;
    const found = parts.map(({ reading, own, tokens, width }) => {
      const flat = alone ? reshaped(reading, [stack * own, tokens, width]) : undefined;
      return flat ? headsOf(flat, graph) : 1;
    });
    const together = found.every((each) => each === found[0]) ? found[0]! : 1;
    const cut = alone ? { ...sizes, heads: together, keyHeads: together } : sizes;
    const stacks = (stack * heads) / cut.heads;
    const known = masks.flatMap((mask) => cutMask(mask, dims, [stacks, cut.heads]) ?? []);
    if (known.length < masks.length) return undefined;
    const [query, key, value] = parts.map(({ reading, own, tokens, width }) =>
      alone
        ? graph.reshaped(site, reading, [stacks, together, tokens, width])
        : apart(reading, own, tokens, width, false),
    ) as [Reading, Reading, Reading];
    return blockedAttention([query, key, value], cut, known, site, graph);
  };
  const blocked = graph.abilities.blockedAttention ? inOneStep() : undefined;
  if (blocked) return graph.reshaped(site, split ? permuted(blocked, [0, 2, 1, 3]) : blocked, site.dims);
  const finish = { ...noFinish, activation: 'scale', alpha: sizes.factor } as const;
  const asked = emitFinish(site.with([q]), graph, finish);
  const query = apart(asked, heads, queries, features, false);
  const key = shared(apart(k, keyHeads, keys, features, true));
  const value = shared(apart(v, keyHeads, keys, valueFeatures, false));
  let scores = product(graph.read(site, query), graph.read(site, key), queries, features, keys);
  for (const mask of masks) {
    const sum = combineTwo('add', whole(scores, dims), mask, site, graph);
    scores = graph.read(site, graph.reshaped(site, sum, [stack, heads, queries, keys]));
  }
  const weights = graph.emit(
    site,
    {
      kind: 'softmax',
      inputs: [scores],
      axis: 'columns',
      logarithm: false,
      noneIsZero: masks.length > 0,
    },
    graph.values[scores]!,
  );
  const y = graph.whole(product(weights, graph.read(site, value), queries, keys, valueFeatures));
  return graph.reshaped(site, split ? permuted(y, [0, 2, 1, 3]) : y, site.dims);
}

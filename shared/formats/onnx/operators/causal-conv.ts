import { sameDims } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import { asWeight, type Flow, filled, type OnnxWeight, type Value } from '../values.ts';

export const say = messages('formats/onnx/operators/causal-conv', {
  'weights-do-not-fit': ['its weights are {{dims}}.', 'Export it again.'],
  'state-does-not-fit': ['what came before is {{dims}}.', 'Export it again.'],
  'rank-unsupported': ['it works on {{rank}} axes.', 'Only signals are taken: export the model again.'],
  'activation-unsupported': ['its activation is {{name}}.', 'Export the model without fusions.'],
});

/** Every channel's own filter over what was until now, beginning with what an earlier run saw, or with noughts. */
export function causalConv(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const filters = node.constant(1, 'weights');
  const [batch, channels] = x.dims as readonly [number, number, number];
  const [groups, perGroup, kernel] = filters.dims as readonly [number, number, number];
  if (x.dims.length !== 3) throw node.refuse(say('rank-unsupported', { rank: x.dims.length }));
  if (filters.dims.length !== 3 || groups !== channels || perGroup !== 1)
    throw node.refuse(say('weights-do-not-fit', { dims: filters.dims.join('×') }));
  const before = kernel - 1;
  const seen = seenBy(node, x, [batch, channels, before]);
  const params = {
    channels,
    kernel,
    padding: [seen === x ? before : 0, 0],
    groups: channels,
    bias: node.given(2),
  };
  const activation = node.text('activation', 'none');
  const isActive = activation === 'silu' || activation === 'swish';
  if (!isActive && activation !== 'none')
    throw node.refuse(say('activation-unsupported', { name: activation }));
  const weights: Record<string, OnnxWeight> = { weight: asWeight(filters) };
  if (node.given(2)) weights.bias = asWeight(node.constant(2, 'bias'));
  const y = node.one('conv1d', [seen], params, weights, isActive ? `${node.name}.filtered` : node.name);
  const output = isActive ? node.one('silu', [y]) : y;
  return node.isRead(1) ? [output, stateOf(node, seen, before)] : [output];
}

/** The signal behind what came before it; the signal alone where noughts do, as padding, and nobody reads them again. */
function seenBy(node: NodeView, x: Flow, past: readonly [number, number, number]): Flow {
  const before = past[2];
  if (node.given(3) && !sameDims(node.dims(3), past))
    throw node.refuse(say('state-does-not-fit', { dims: node.dims(3).join('×') }));
  const isKept = node.isRead(1) && x.dims[2]! < before;
  if (before === 0 || (!node.given(3) && !isKept)) return x;
  const state = node.given(3)
    ? node.flow(3)
    : node.build.constant(node, filled(0, past, false), `${node.name}.before`, false);
  return node.one('concat', [state, x], { axis: 2 }, {}, `${node.name}.seen`);
}

/** The last of what was seen, which the next run begins with. */
function stateOf(node: NodeView, seen: Flow, before: number): Value {
  const extent = seen.dims[2]!;
  if (before === 0) return filled(0, seen.dims.with(2, 0), false);
  if (before === extent) return seen;
  const params = { axes: [2], starts: [-before], ends: [2 ** 31 - 1], steps: [] };
  return node.one('slice', [seen], params, {}, `${node.name}.state`);
}

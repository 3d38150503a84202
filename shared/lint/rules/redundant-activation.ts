import type { NodeFacts } from '../../analysis/facts.ts';
import type { NodeId } from '../../graph/design.ts';
import { removeAndBridge } from '../../graph/edits.ts';
import { traitsOf } from '../../layers/index.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';

const say = phrases('redundant-activation', {
  idle: '"{{name}}" changes nothing: what comes from "{{origin}}" is never negative.',
  spends: '{{idle}} It costs {{values}} operations, and reads and writes as many values.',
  remove: 'Remove "{{name}}"',
});

export const redundantActivation = defineRule({
  says: say,
  title: 'No ReLU on what is never negative',
  why: `max(0, x) = x wherever x ≥ 0: behind another ReLU, a sigmoid or a softmax, or behind pools and averages of such, a ReLU
changes nothing. It costs one operation per element and a map of memory.`,
  source: 'definition of ReLU',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check(at) {
    const origins = new Map<NodeId, NodeId>();
    for (const id of at.analysis.order) {
      const facts = at.analysis.facts.get(id)!;
      const { nonNegative, keepsSign } = traitsOf(facts.node);
      const isRelu = facts.node.kind === 'relu' && facts.node.bypass !== true;
      // What comes in matters to no other.
      const origin = isRelu || keepsSign === true ? originOf(at.before(id), origins, id) : undefined;
      const own = nonNegative === true ? id : keepsSign === true ? origin : undefined;
      if (own !== undefined) origins.set(id, own);
      if (!isRelu) continue;
      if (origin === undefined) continue;
      const idle = say('idle', { name: id, origin });
      const values = facts.cost?.outputElements;
      yield {
        node: id,
        says: values === undefined ? idle : say('spends', { idle, values }),
        fix: { title: say('remove', { name: id }), safety: 'safe', edit: removeAndBridge([id]) },
      };
    }
  },
  examples: [
    {
      title: 'Where branches meet that are never negative',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'left', kind: 'relu', from: 'input' },
          { id: 'right', kind: 'softplus', from: 'input' },
          { id: 'sum', kind: 'add', from: ['left', 'right'] },
          { id: 'again', kind: 'relu', from: 'sum' },
        ],
      },
      finds: ['again'],
    },
    {
      title: 'A ReLU behind a convolution',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 12, 12] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 4 } },
          { id: 'relu', kind: 'relu', from: 'conv' },
        ],
      },
      finds: [],
    },
    {
      title: 'Pooling keeps the sign, so the second ReLU does nothing',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 12, 12] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 4 } },
          { id: 'relu1', kind: 'relu', from: 'conv' },
          { id: 'pool', kind: 'maxPool', from: 'relu1' },
          { id: 'relu2', kind: 'relu', from: 'pool' },
          { id: 'output', kind: 'output', from: 'relu2' },
        ],
      },
      finds: ['relu2'],
    },
    {
      title: 'A ReLU behind a leaky one has work to do',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 12, 12] } },
          { id: 'leaky', kind: 'leakyRelu', from: 'input' },
          { id: 'relu', kind: 'relu', from: 'leaky' },
        ],
      },
      finds: [],
    },
  ],
});

/** Where what comes in became never negative: at one layer, or, where branches meet, here. Undefined where it is not. */
function originOf(
  sources: readonly NodeFacts[],
  origins: ReadonlyMap<NodeId, NodeId>,
  here: NodeId,
): NodeId | undefined {
  const [first] = sources;
  if (first === undefined || !sources.every(({ id }) => origins.has(id))) return undefined;
  return sources.length === 1 ? origins.get(first.id) : here;
}

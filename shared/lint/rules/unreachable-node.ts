import { produce } from 'immer';
import { createAnalyzer } from '../../analysis/analyze.ts';
import type { Analysis, NodeCost } from '../../analysis/facts.ts';
import type { Phrase } from '../../base/messages.ts';
import { definitionOf } from '../../blocks/index.ts';
import type { Design, NodeId } from '../../graph/design.ts';
import { connect, removeNodes } from '../../graph/edits.ts';
import { reachable, type Topology } from '../../graph/topology.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';

const say = phrases('unreachable-node', {
  unfed: 'No input reaches "{{name}}": it has no part in the network.',
  unused: 'No output depends on "{{name}}": it has no part in the network.',
  spends: '{{lost}} The totals count its {{macs}} multiply-adds and {{weights}} parameters.',
  works: '{{lost}} It takes {{operations}} operations.',
  remove: 'Remove "{{name}}"',
  connect: 'Connect "{{from}}" to "{{to}}"',
});

export const unreachableNode = defineRule({
  says: say,
  title: 'Every node lies between an input and an output',
  why: `A node that no input reaches computes nothing, and one from which no output is reached computes for nobody. Exporters and
runs leave them out, so their cost in the totals would be a fiction.`,
  source: 'ONNX specification: a graph is what its outputs depend on',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check({ design, analysis }) {
    let join: ProposedFix | 'none' | undefined;
    const { lost, fed } = lostIn(design, analysis.topology);
    for (const [id, why] of lost) {
      yield {
        node: id,
        says: withCost(say(why, { name: id }), analysis.facts.get(id)?.cost),
        get fix() {
          // Where the path is broken at one place, closing it there brings back all of it.
          join ??= joining(design, analysis, fed) ?? 'none';
          return join === 'none' ? removal(design, id) : join;
        },
      };
    }
  },
  examples: [
    {
      title: 'A chain',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'relu', kind: 'relu', from: 'input' },
          { id: 'output', kind: 'output', from: 'relu' },
        ],
      },
      finds: [],
    },
    {
      title: 'Without output nodes, the last layers are results',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'left', kind: 'relu', from: 'input' },
          { id: 'right', kind: 'tanh', from: 'input' },
        ],
      },
      finds: [],
    },
    {
      title: 'A branch that leads nowhere',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'relu', kind: 'relu', from: 'input' },
          { id: 'dead', kind: 'tanh', from: 'input' },
          { id: 'output', kind: 'output', from: 'relu' },
        ],
      },
      finds: ['dead'],
    },
    {
      title: 'A node that nothing feeds',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'output', kind: 'output', from: 'input' },
          { id: 'loose', kind: 'relu' },
        ],
      },
      finds: ['loose'],
    },
  ],
});

/** What it adds to the totals, where that is known and something. */
function withCost(lost: Phrase, cost: NodeCost | undefined): Phrase {
  const [macs, weights] = [cost?.macs.value ?? 0, cost?.params.value ?? 0];
  if (macs + weights > 0) return say('spends', { lost, macs, weights });
  const operations = cost?.otherOps.value ?? 0;
  return operations > 0 ? say('works', { lost, operations }) : lost;
}

/** Nobody wants a network without its input: it is never removed in the name of order. */
function removal(design: Design, id: NodeId): ProposedFix | undefined {
  if (design.nodes[id]!.kind === 'input') return undefined;
  return {
    title: say('remove', { name: id }),
    safety: 'suggested',
    edit: (draft) => removeNodes([id])(draft),
  };
}

/** More pairs of ends than this are no one broken place. */
const MOST_TRIALS = 6;

/** The wire from what the input reaches last to an input that has none, where that leaves no more problems behind. */
function joining(design: Design, analysis: Analysis, fed: ReadonlySet<NodeId>): ProposedFix | undefined {
  const { problems, topology } = analysis;
  const open = problems.flatMap(({ code, where: { node, port } }) =>
    code === 'input-missing' && node !== undefined && port !== undefined ? [{ node, port }] : [],
  );
  const ends = [...fed].filter((id) => (topology.outOf.get(id) ?? []).length === 0);
  if (open.length * ends.length > MOST_TRIALS) return undefined;
  for (const to of open) {
    for (const node of ends) {
      const [output] = definitionOf(design.nodes[node]!.kind).outputs(design.nodes[node]!.params);
      if (!output || reachable(topology, [to.node], 'after').has(node) || node === to.node) continue;
      const edit = connect({ node, port: output.name }, to);
      const joined = createAnalyzer().update(produce(design, edit), (id) => analysis.facts.get(id));
      if (joined.problems.length >= problems.length) continue;
      return {
        title: say('connect', { from: node, to: to.node }),
        safety: 'suggested',
        connects: true,
        edit,
      };
    }
  }
  return undefined;
}

interface Lost {
  readonly lost: readonly (readonly [NodeId, 'unfed' | 'unused'])[];
  readonly fed: ReadonlySet<NodeId>;
}

/** It follows from the wires and the kinds, and these from the topology: an edit of parameters leaves it as it is. */
const lostByTopology = new WeakMap<Topology, Lost>();

function lostIn(design: Design, topology: Topology): Lost {
  const known = lostByTopology.get(topology);
  if (known) return known;
  const ids = Object.keys(design.nodes);
  const ofKind = (kind: string) => ids.filter((id) => design.nodes[id]!.kind === kind);
  const [inputs, outputs] = [ofKind('input'), ofKind('output')];
  const fed = new Set([...inputs, ...reachable(topology, inputs, 'after')]);
  const used = new Set([...outputs, ...reachable(topology, outputs, 'before')]);
  const lost = ids.flatMap((id): Lost['lost'] => {
    if (inputs.length > 0 && !fed.has(id) && design.nodes[id]!.kind !== 'constant') return [[id, 'unfed']];
    // Without any output node, every last node is taken for a result.
    return outputs.length > 0 && !used.has(id) ? [[id, 'unused']] : [];
  });
  const found = { lost, fed };
  lostByTopology.set(topology, found);
  return found;
}

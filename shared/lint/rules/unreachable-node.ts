import { removeNodes } from '../../graph/edits.ts';
import { reachable } from '../../graph/topology.ts';
import { defineRule } from '../define.ts';
import { everyPreset } from '../presets.ts';

export const unreachableNode = defineRule({
  id: 'unreachable-node',
  title: 'Every node lies between an input and an output',
  why: `A node that no input reaches computes nothing, and one from which no output is reached computes for nobody. Exporters and
runs leave them out, so their cost in the totals would be a fiction.`,
  source: 'ONNX specification: a graph is what its outputs depend on',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check({ design, analysis: { topology } }) {
    const ids = Object.keys(design.nodes);
    const ofKind = (kind: string) => ids.filter((id) => design.nodes[id]!.kind === kind);
    const [inputs, outputs] = [ofKind('input'), ofKind('output')];
    const fed = new Set([...inputs, ...reachable(topology, inputs, 'after')]);
    const used = new Set([...outputs, ...reachable(topology, outputs, 'before')]);
    for (const id of ids) {
      const unfed = inputs.length > 0 && !fed.has(id) && design.nodes[id]!.kind !== 'constant';
      // Without any output node, every last node is taken for a result.
      const unused = outputs.length > 0 && !used.has(id);
      const why = unfed ? 'No input reaches' : unused ? 'No output depends on' : undefined;
      if (why === undefined) continue;
      yield {
        node: id,
        message: `${why} "${id}": it has no part in the network.`,
        fix: {
          title: `Remove "${id}"`,
          safety: 'suggested',
          edit: (draft) => removeNodes([id])(draft),
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

import fc from 'fast-check';
import { produce } from 'immer';
import { expect, it } from 'vitest';
import { FlowModel } from '../../../renderer/features/canvas/flow-model.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Design } from '../../../shared/graph/design.ts';
import {
  disconnect,
  type Edit,
  moveNodes,
  removeNodes,
  rename,
  setBypass,
  setParams,
} from '../../../shared/graph/edits.ts';
import { residualNetwork } from '../../bench/large-design.ts';

const start = residualNetwork(30);
const none: ReadonlySet<string> = new Set();
const edited = (design: Design, edit: Edit): Design => produce(design, edit);

it('keeps the objects of all layers behind a change that shows only in their figures', () => {
  const model = new FlowModel();
  const before = model.nodes(start, analyze(start), none, 'right');
  const design = edited(start, setBypass(['unit0.conv_a'], true));
  const analysis = analyze(design);
  const after = model.nodes(design, analysis, none, 'right');
  // The receptive field of all behind it is another one.
  expect(analysis.facts.get('unit2.relu')).not.toEqual(analyze(start).facts.get('unit2.relu'));
  expect(after.filter((node, i) => node !== before[i]).map(({ id }) => id)).toEqual(['unit0.conv_a']);
});

it('gives after any edits what one gives that never saw them, and nothing anew that is as it was', () => {
  const at = fc.nat(1000);
  const edit = fc.oneof(
    at.map((i) => (ids: readonly string[]) => setBypass([ids[i % ids.length]!], i % 2 === 0)),
    at.map((i) => (ids: readonly string[]) => setParams([ids[i % ids.length]!], { channels: 8 + (i % 5) })),
    at.map((i) => (ids: readonly string[]) => moveNodes({ [ids[i % ids.length]!]: { x: i, y: 2 * i } })),
    at.map((i) => (ids: readonly string[]) => removeNodes([ids[i % ids.length]!])),
    at.map((i) => (ids: readonly string[]) => rename(ids[i % ids.length]!, `other${i}`)),
    at.map((i) => (_: readonly string[], wires: readonly string[]) => disconnect([wires[i % wires.length]!])),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(edit, at), { minLength: 1, maxLength: 6 }), (edits) => {
      const model = new FlowModel();
      let design = start;
      let before = model.nodes(design, analyze(design), none, 'right');
      for (const [make, chosen] of edits) {
        const ids = Object.keys(design.nodes);
        const wires = Object.keys(design.wires);
        if (ids.length < 2 || wires.length === 0) return;
        design = edited(design, make(ids, wires));
        const selection = new Set([Object.keys(design.nodes)[chosen % 20] ?? '']);
        const analysis = analyze(design);
        const after = model.nodes(design, analysis, selection, 'right');
        expect(after).toEqual(new FlowModel().nodes(design, analysis, selection, 'right'));
        const known = new Map(before.map((node) => [node.id, node]));
        for (const node of after) {
          const was = known.get(node.id);
          if (was && was.data.node === node.data.node && JSON.stringify(was) === JSON.stringify(node))
            expect(node).toBe(was);
        }
        before = after;
      }
    }),
    { numRuns: 60 },
  );
});

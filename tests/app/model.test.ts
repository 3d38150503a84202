import fc from 'fast-check';
import { expect, it } from 'vitest';
import { designOf, documentOf, isDirty } from '../../renderer/state/app-state.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { thoroughness } from '../thorough.ts';
import { type OpenedApp, openChain } from './open-app.ts';

/** Two branches that meet again. */
const design = {
  netwright: 2,
  name: 'Branches',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
    { id: 'stem', kind: 'conv2d', from: 'input', params: { channels: 4, padding: 1 } },
    { id: 'left', kind: 'conv2d', from: 'stem', params: { channels: 4, padding: 1 } },
    { id: 'bn', kind: 'batchNorm', from: 'left' },
    { id: 'relu', kind: 'relu', from: 'bn' },
    { id: 'right', kind: 'conv2d', from: 'stem', params: { channels: 4, kernel: 1 } },
    { id: 'add', kind: 'add', from: ['relu', 'right'] },
    { id: 'output', kind: 'output', from: 'add' },
  ],
  layout: {
    input: [0, 0],
    stem: [240, 0],
    left: [480, 0],
    bn: [720, 0],
    relu: [960, 0],
    right: [480, 120],
    add: [1200, 0],
    output: [1440, 0],
  },
};

/** What a person may do at any time, and what leaves the document alone. Files and panels have tests of their own. */
const commands = [
  ...['undo', 'redo', 'cut', 'copy', 'paste', 'duplicate', 'delete', 'deleteBridge', 'bypass', 'selectAll'],
  ...[
    'selectUpstream',
    'selectDownstream',
    'layoutBest',
    'layoutRight',
    'layoutDown',
    'alignTop',
    'alignLeft',
  ],
  ...[
    'distributeRight',
    'distributeDown',
    'group',
    'openBlock',
    'leaveBlock',
    'unpack',
    'fold',
    'pin',
    'unpin',
  ],
  ...[
    'run',
    'panel.problems',
    'theme.dark',
    'fit',
    'zoomSelection',
    'scene.fly',
    'rename',
    'quickAdd',
    'save',
  ],
] as const;

type Deed =
  | { readonly kind: 'command'; readonly id: (typeof commands)[number] }
  | { readonly kind: 'select'; readonly picks: readonly number[] }
  | { readonly kind: 'widen'; readonly pick: number; readonly channels: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('command'), id: fc.constantFrom(...commands) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('select'), picks: fc.array(fc.nat(50), { maxLength: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('widen'),
      pick: fc.nat(50),
      channels: fc.integer({ min: 1, max: 16 }),
    }),
  },
);

async function perform(t: OpenedApp, done: Deed): Promise<void> {
  const ids = Object.keys(designOf(t.state()).nodes);
  switch (done.kind) {
    case 'command':
      return t.run(done.id);
    case 'select':
      return t.app
        .getState()
        .select([...new Set(done.picks.flatMap((pick) => ids[pick % ids.length] ?? []))]);
    case 'widen': {
      const convs = ids.filter((id) => designOf(t.state()).nodes[id]?.kind === 'conv2d');
      const id = convs[done.pick % convs.length];
      if (id !== undefined)
        t.app.getState().edit('Set channels', setParams([id], { channels: done.channels }), `${id}/channels`);
    }
  }
}

async function repeat(t: OpenedApp, id: 'undo' | 'redo'): Promise<void> {
  const { past, future } = t.state().history;
  for (let left = id === 'undo' ? past.length : future.length; left > 0; left--) await t.run(id);
}

it('whatever is done: undone it is the start, redone the end, saved and opened again the same, and nothing fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async (deeds) => {
      const t = openChain(design);
      const start = documentOf(t.state());
      for (const each of deeds) {
        await perform(t, each);
        expect(t.state().notice?.kind === 'error' ? t.state().notice : undefined).toBeUndefined();
      }
      // Whatever is looked at, what is selected is there, and what is shown has been worked out.
      const shown = designOf(t.state());
      expect(t.state().selection.filter((id) => !shown.nodes[id])).toEqual([]);
      expect([...t.state().analysis.facts.keys()].sort()).toEqual(Object.keys(shown.nodes).sort());
      await repeat(t, 'redo');
      const end = documentOf(t.state());
      await repeat(t, 'undo');
      expect(documentOf(t.state())).toEqual(start);
      await repeat(t, 'redo');
      expect(documentOf(t.state())).toEqual(end);
      await t.run('save');
      expect(isDirty(t.state())).toBe(false);
      t.host.picks.push('chain.netwright.json');
      await t.run('open');
      expect(t.state().notice).toBeUndefined();
      expect(documentOf(t.state())).toEqual(end);
    }),
    { numRuns: 250 * Math.max(1, thoroughness) },
  );
  // Thousands of commands, beside whatever else the machine does.
}, 240_000);

import { describe, expect, it, vi } from 'vitest';
import { conflictOf } from '../../renderer/documents/conflict.ts';
import { answerConflict, answers } from '../../renderer/documents/outside.ts';
import { addables } from '../../renderer/layout/addables.ts';
import { addNew } from '../../renderer/layout/adding.ts';
import { designOf, documentOf, isDirty } from '../../renderer/state/app-state.ts';
import { dropBlock, giveBlockName, leaveBlock, openPlace } from '../../renderer/state/blocks.ts';
import { comparedOf } from '../../renderer/state/compared.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import { setLimit, setParams } from '../../shared/graph/edits.ts';
import { chain, designFrom, type OpenedApp, openChain } from './open-app.ts';

const ids = ({ state }: OpenedApp): readonly string[] => Object.keys(designOf(state()).nodes);

async function grouped(): Promise<OpenedApp> {
  const t = openChain();
  t.app.getState().select(['conv', 'relu1']);
  await t.run('group');
  return t;
}

describe('a block of the user’s own', () => {
  it('is made, opened, changed inside, left, and undone step by step', async () => {
    const t = await grouped();
    const [node] = t.state().selection;
    await t.run('openBlock');
    expect(t.state().block).toBe('block1');
    t.app.getState().edit('Set channels', setParams(['conv'], { channels: 16 }));
    // What is inside counts outside at once: 3·3·3·16 weights and 16 biases.
    expect(t.state().whole.analysis.totals.params).toBe(27 * 16 + 16);
    expect(t.state().budget.gauges.params.actual).toBe(27 * 16 + 16);
    leaveBlock(t.app);
    expect(t.state().trail).toEqual([]);
    expect(t.state().selection).toEqual([node]);
    await t.run('undo');
    expect(t.state().whole.analysis.totals.params).toBe(27 * 8 + 8);
    await t.run('undo');
    expect(ids(t)).toEqual(expect.arrayContaining(['conv', 'relu1']));
    expect(isDirty(t.state())).toBe(false);
  });

  it('is named, added again, and shared by all that stand for it', async () => {
    const t = await grouped();
    giveBlockName(t.app, 'block1', 'stem');
    expect(t.label()).toBe('Rename block block1 to stem');
    const own = addables(t.app).find(({ block }) => block === 'stem')!;
    addNew(t.app, own, { at: { x: 0, y: 400 } });
    expect(t.label()).toBe('Add stem');
    expect(ids(t).filter((id) => designOf(t.state()).nodes[id]?.params.block === 'stem')).toHaveLength(2);
  });

  it('is not offered inside of itself', async () => {
    const t = await grouped();
    await t.run('openBlock');
    expect(addables(t.app).some(({ block }) => block === 'block1')).toBe(false);
  });

  it('leaves nothing open that undo took away', async () => {
    const t = await grouped();
    await t.run('openBlock');
    await t.run('undo');
    expect(t.state().trail).toEqual([]);
    expect(designOf(t.state())).toBe(documentOf(t.state()));
  });

  it('is removed once nothing uses it', async () => {
    const t = await grouped();
    await t.run('delete');
    expect(Object.keys(documentOf(t.state()).blocks)).toEqual(['block1']);
    dropBlock(t.app, 'block1');
    expect(t.label()).toBe('Remove block block1');
    expect(documentOf(t.state()).blocks).toEqual({});
  });

  it('that cannot be is refused in words, and nothing changes', async () => {
    const t = openChain();
    t.app.getState().select(['input', 'conv']);
    const before = documentOf(t.state());
    await t.run('group');
    expect(t.state().notice).toMatchObject({ kind: 'info', title: 'The selection cannot become a block' });
    expect(documentOf(t.state())).toBe(before);
  });

  it('is come to by the path of what is inside', async () => {
    const t = await grouped();
    openPlace(t.app, `${t.state().selection[0]}/conv`);
    expect(t.state().selection).toEqual(['conv']);
    expect(t.state().block).toBe('block1');
  });
});

describe('a block that comes with the program', () => {
  const withBlock = {
    ...chain,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [8, 16, 16] } },
      { id: 'res', kind: 'residual', from: 'input', params: { channels: 8 } },
      { id: 'output', kind: 'output', from: 'res' },
    ],
    layout: { input: [0, 0], res: [240, 0], output: [480, 0] },
  };

  it('is looked at; changing it is refused, and unpacking offered', async () => {
    const t = openChain(withBlock);
    t.app.getState().select(['res']);
    await t.run('openBlock');
    expect(t.state().sealed?.id).toBe('res');
    const before = documentOf(t.state());
    await t.run('selectAll');
    await t.run('delete');
    expect(documentOf(t.state())).toBe(before);
    expect(t.state().refused).toBe(1);
    await t.run('unpack');
    expect(t.state().trail).toEqual([]);
    expect(t.label()).toBe('Unpack res');
    expect(ids(t)).not.toContain('res');
  });

  it('is unpacked and found again', async () => {
    const t = openChain(withBlock);
    t.app.getState().select(['res']);
    await t.run('unpack');
    t.app.getState().select([]);
    await t.run('fold');
    expect(t.label()).toBe('Fold into 1 × Residual');
    expect(Object.values(documentOf(t.state()).nodes).map(({ kind }) => kind)).toContain('residual');
  });
});

describe('the budget', () => {
  it('holds the design against its limits, and follows every edit, also undone', async () => {
    const t = openChain();
    t.app.getState().editDocument('Set the budget', setLimit('params', { kind: 'absolute', max: 300 }));
    expect(t.label()).toBe('Set the budget');
    expect(t.state().budget.gauges.params).toMatchObject({ actual: 224, max: 300, within: true });
    t.app.getState().edit('Set channels', setParams(['conv'], { channels: 16 }));
    expect(t.state().budget.gauges.params).toMatchObject({ actual: 448, within: false });
    await t.run('undo');
    expect(t.state().budget.gauges.params.within).toBe(true);
  });

  it('says how far a design went from what was pinned', async () => {
    const t = openChain();
    await t.run('pin');
    t.app.getState().edit('Set channels', setParams(['conv'], { channels: 16 }));
    // Twice the filters are twice the weights and biases.
    expect(t.state().budget.gauges.params.change).toBeCloseTo(1);
    await t.run('unpin');
    expect(t.state().budget.gauges.params.change).toBeUndefined();
  });
});

describe('comparing', () => {
  it('is with what another program made of the file, and each answer to that does what it says', async () => {
    const conflicted = async (): Promise<OpenedApp> => {
      const t = openChain();
      const theirs = {
        ...chain,
        nodes: chain.nodes.map((node) =>
          node.id === 'conv' ? { ...node, params: { channels: 32, padding: 1 } } : node,
        ),
      };
      t.host.files.set('chain.netwright.json', new TextEncoder().encode(JSON.stringify(theirs)));
      t.app.getState().edit('Set channels', setParams(['conv'], { channels: 16 }));
      t.host.tell('fileChanged', { grant: 'chain.netwright.json' });
      return t;
    };
    const answer = (t: OpenedApp, id: string): Promise<void> =>
      answerConflict(t.app, answers.find((each) => each.id === id)!.perform);
    const channels = (t: OpenedApp): unknown => documentOf(t.state()).nodes.conv?.params.channels;

    const compared = await conflicted();
    await answer(compared, 'compare');
    expect(compared.state().panel).toBe('compare');
    const other = comparedOf(compared.app).getState().others.at(-1)!;
    const { rows } = compare(analyze(other.design), compared.state().whole.analysis);
    expect(rows.filter(({ change }) => change === 'changed').map(({ after }) => after?.id)).toContain('conv');

    const both = await conflicted();
    both.host.places.push('chain-mine.netwright.json');
    await answer(both, 'both');
    expect(both.state().file?.name).toBe('chain-mine.netwright.json');
    expect(channels(both)).toBe(16);

    const theirs = await conflicted();
    const staying = answer(theirs, 'theirs');
    await vi.waitFor(() => expect(theirs.state().question).toBeDefined(), { interval: 1 });
    theirs.answer(undefined);
    await staying;
    // Nothing is answered by that.
    expect(conflictOf(theirs.app).getState().file).toBeDefined();
    const opening = answer(theirs, 'theirs');
    await vi.waitFor(() => expect(theirs.state().question).toBeDefined(), { interval: 1 });
    theirs.answer('discard');
    await opening;
    expect(channels(theirs)).toBe(32);

    const mine = await conflicted();
    await answer(mine, 'overwrite');
    const written = new TextDecoder().decode(mine.host.files.get('chain.netwright.json'));
    expect(designFrom(JSON.parse(written)).nodes.conv?.params.channels).toBe(16);
    expect(isDirty(mine.state())).toBe(false);
  });
});

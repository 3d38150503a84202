import { describe, expect, it } from 'vitest';
import {
  analysisOf,
  comparedOf,
  compareWith,
  comparisonOf,
  dropCompared,
} from '../../renderer/state/compared.ts';
import { repeatChange } from '../../shared/analysis/compare.ts';
import { pinBaseline, removeAndBridge, setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { openChain, startApp } from './open-app.ts';

const vgg = (name: string) => ({ name, design: zooEntry(name)!.build() });

describe('what the open design is held against', () => {
  it('is a list, of which one is told layer by layer', () => {
    const { app } = openChain();
    compareWith(app, vgg('vgg11'));
    compareWith(app, vgg('vgg13'));
    compareWith(app, vgg('vgg11'));
    const names = (): readonly string[] =>
      comparedOf(app)
        .getState()
        .others.map(({ name }) => name);
    expect(names()).toEqual(['vgg13', 'vgg11']);
    expect(comparedOf(app).getState().against).toBe('vgg11');
    dropCompared(app, 'vgg11');
    expect(names()).toEqual(['vgg13']);
    expect(comparedOf(app).getState().against).toBeUndefined();
  });

  it('is drawn as it changes: added, removed, changed and moved', () => {
    const { app } = startApp();
    app.getState().open(zooEntry('vgg11')!.build());
    const { edit, editDocument } = app.getState();
    editDocument('pin', pinBaseline(app.getState().history.design));
    comparedOf(app).setState({ onCanvas: true });
    const drawn = () => comparedOf(app).getState().difference;
    expect(drawn()?.gone).toEqual([]);
    const ids = Object.keys(app.getState().shown.nodes);
    const [first, relu] = [
      ids.find((id) => id.startsWith('conv'))!,
      ids.find((id) => id.startsWith('relu'))!,
    ];
    edit('narrower', setParams([first], { channels: 32 }));
    expect(drawn()?.rows.get(first)).toMatchObject({ change: 'changed' });
    edit('without', removeAndBridge([relu]));
    expect(drawn()?.gone.map(({ before }) => before?.id)).toEqual([relu]);
    // What read the activation reads the convolution now.
    expect([...drawn()!.rows.values()].filter(({ moved }) => moved)).toHaveLength(1);
    comparedOf(app).setState({ onCanvas: false });
    expect(drawn()).toBeUndefined();
  });

  it('opens the blocks inside of which something differs, and tells what', async () => {
    const { app, run } = startApp();
    app.getState().open(zooEntry('resnet18')!.build());
    await run('compare.keep');
    app.getState().edit('Projection', setParams(['layer1.1'], { shortcut: 'projection' }));
    await run('compare.open');
    expect([...app.getState().inPlace]).toEqual(['layer1.1']);
    const rows = comparedOf(app).getState().difference!.rows;
    const inside = [...rows].filter(([path]) => path.includes('/'));
    // What makes a projection is new: a 1×1 convolution of 64 channels over 64, and its norm; the sum is as it was.
    expect(inside.every(([path]) => path.startsWith('layer1.1/'))).toBe(true);
    expect(inside.map(([, { change }]) => change)).toEqual(['added', 'added']);
    expect(inside.reduce((sum, [, { difference }]) => sum + difference.params, 0)).toBe(64 * 64 + 2 * 64);
  });

  it('tells of a block that repeats how often it did and does, and what differs in one copy', async () => {
    const { app, run } = startApp();
    app.getState().open(zooEntry('resnet18')!.build());
    await run('compare.keep');
    comparedOf(app).setState({ onCanvas: true });
    app.getState().edit('Three', setParams(['layer1.1'], { repeat: 3 }));
    const rows = () => comparedOf(app).getState().difference!.rows;
    expect(repeatChange(rows().get('layer1.1')!)).toMatchObject({ before: 1, after: 3 });
    // Two more of two 3×3 convolutions of 64 channels over 64, each with its norm; the one copy that is shown is as it was.
    expect(rows().get('layer1.1')!.difference.params).toBe(2 * 2 * (64 * 64 * 9 + 2 * 64));
    expect([...rows().keys()].filter((path) => path.includes('/'))).toEqual([]);
    app.getState().edit('Projection', setParams(['layer1.1'], { shortcut: 'projection' }));
    await run('compare.open');
    expect([...app.getState().inPlace]).toEqual(['layer1.1']);
    const inside = [...rows()].filter(([path]) => path.includes('/'));
    expect(inside.map(([, { change }]) => change)).toEqual(['added', 'added']);
    expect(inside.reduce((sum, [, { difference }]) => sum + difference.params, 0)).toBe(64 * 64 + 2 * 64);
    expect(inside.every(([path]) => path.split('/').length === 2)).toBe(true);
  });

  it('takes what is of unknown shape by now for no saving', async () => {
    const { app, run } = startApp();
    app.getState().open(zooEntry('resnet18')!.build());
    await run('compare.keep');
    comparedOf(app).setState({ onCanvas: true });
    // The next block's shortcut is the identity, and takes no other width: from there on nothing is known.
    app.getState().edit('Odd', setParams(['layer2.0'], { channels: 123 }));
    const rows = comparedOf(app).getState().difference!.rows;
    expect(rows.get('layer2.0')).toMatchObject({ change: 'changed' });
    expect(app.getState().analysis.facts.get('layer4.1')?.cost).toBeUndefined();
    expect(rows.get('layer4.1')).toMatchObject({ change: 'same', difference: { macs: 0, params: 0 } });
  });

  it('a design is the same as itself', () => {
    const { design } = vgg('vgg11');
    const analysis = analysisOf({ name: 'vgg11', design });
    expect(
      comparisonOf(analysis, analysis).rows.every(({ change, moved }) => change === 'same' && !moved),
    ).toBe(true);
  });
});

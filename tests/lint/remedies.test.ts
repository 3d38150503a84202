import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode, setParams } from '../../shared/graph/edits.ts';
import { remediesFor } from '../../shared/lint/remedies.ts';
import { readParams } from '../../shared/schema/codec.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const remediesOf = (design: Design) => {
  const analysis = analyze(design);
  return remediesFor(design, analysis, analysis.problems[0]!);
};

describe('what can be done about a problem of shapes', () => {
  const wide = produce(zooEntry('resnet50')!.build(), setParams(['layer1.1'], { channels: 65 }));

  it('ResNet-50’s layer1.1 at width 65: 64 again, a projected shortcut, or a stage of 65', () => {
    const changes = remediesOf(wide).map(({ change }) => change);
    expect(changes).toContainEqual({ kind: 'set', nodes: ['layer1.1'], param: 'channels', value: 64 });
    expect(changes).toContainEqual({
      kind: 'set',
      nodes: ['layer1.0', 'layer1.1', 'layer1.2'],
      param: 'channels',
      value: 65,
    });
    expect(changes).toContainEqual({
      kind: 'set',
      nodes: ['layer1.1', 'layer1.2'],
      param: 'shortcut',
      value: 'projection',
    });
  });

  it('never one channel, which would fit to any other: the width that the others have is among what is offered', () => {
    const narrow = produce(zooEntry('resnet18')!.build(), setParams(['layer2.0'], { channels: 65 }));
    const values = remediesOf(narrow).flatMap(({ change }) => (change.kind === 'set' ? change.value : []));
    expect(values).toContain(128);
    expect(values).not.toContain(1);
  });

  it('what is advised can be followed: at a block that comes with the program, not for a layer inside of it', () => {
    const [problem] = analyze(wide).problems;
    expect(problem).toMatchObject({
      where: { node: 'layer1.1' },
      message: 'Inside, at add: Add needs equal channels, got 260 and 256.',
      hint: 'Change the parameters of the block, or unpack it into its layers.',
    });
  });

  it('leaves no problem, and tells what the design counts then', () => {
    for (const { edit, totals } of remediesOf(wide)) {
      const after = analyze(produce(wide, edit));
      expect(after.problems).toEqual([]);
      expect(after.totals).toEqual(totals);
    }
  });

  it('sets what a parameter can be, and nothing that it is', () => {
    for (const { change } of remediesOf(wide)) {
      if (change.kind !== 'set') continue;
      for (const id of change.nodes) {
        const { kind } = wide.nodes[id]!;
        const { values, issues } = readParams(definitionOf(kind).params, { [change.param]: change.value });
        expect(issues).toEqual([]);
        expect(values[change.param]).toBe(change.value);
      }
    }
  });

  it('touches no block that fits without it: the one behind has a projection already', () => {
    const design = produce(wide, setParams(['layer1.2'], { shortcut: 'projection' }));
    expect(remediesOf(design).map(({ change }) => change)).toContainEqual({
      kind: 'set',
      nodes: ['layer1.1'],
      param: 'shortcut',
      value: 'projection',
    });
  });

  it('takes no stage along of which the others do not agree', () => {
    const mixed = produce(wide, setParams(['layer1.2'], { channels: 128 }));
    for (const { change } of remediesOf(mixed))
      if (change.kind === 'set' && change.param === 'channels') expect(change.nodes).toEqual(['layer1.1']);
  });

  it('an input that waits beside one that nobody can tell the shape of', () => {
    const wires = [wireBetween('input', 'conv'), wireBetween('conv', 'sum', 'in0')];
    const design: Design = {
      ...emptyDesign,
      nodes: {
        input: newNode('input', { shape: [3, 8, 8] }),
        conv: newNode('conv2d', { kernel: [20, 20] }),
        sum: newNode('add'),
      },
      wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
    };
    const analysis = analyze(design);
    const waiting = analysis.problems.find(({ code }) => code === 'input-missing')!;
    expect(remediesFor(design, analysis, waiting)).toEqual([]);
  });

  it('a map before a fully connected layer is flattened or averaged', () => {
    const wires = [wireBetween('input', 'fc'), wireBetween('fc', 'output')];
    const design: Design = {
      ...emptyDesign,
      nodes: {
        input: newNode('input', { shape: [3, 8, 8] }),
        fc: newNode('linear'),
        output: newNode('output'),
      },
      wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
    };
    expect(remediesOf(design).map(({ change }) => change)).toEqual(
      expect.arrayContaining([
        { kind: 'insert', layer: 'flatten', before: 'fc' },
        { kind: 'insert', layer: 'globalAvgPool', before: 'fc' },
      ]),
    );
  });
});

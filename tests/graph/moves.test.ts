import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import { copyIds, expandOnce } from '../../shared/blocks/expansion.ts';
import { type BlockKind, blockOf } from '../../shared/blocks/index.ts';
import { chained, innerPort } from '../../shared/graph/packing.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';

describe('where what lay under one name lies after two changes', () => {
  const first = new Map([
    ['a', 'b'],
    ['c', 'd'],
  ]);

  it('is where the second put it, and stays where the second left it', () => {
    const second = new Map([
      ['b', 'e'],
      ['x', 'y'],
    ]);
    expect([...chained(first, second)!]).toEqual([
      ['a', 'e'],
      ['c', 'd'],
      ['x', 'y'],
    ]);
  });

  it('is what one of them says where the other says nothing', () => {
    expect(chained(first, undefined)).toBe(first);
    expect(chained(undefined, first)).toBe(first);
    expect(chained(undefined, undefined)).toBeUndefined();
  });
});

describe('what feeds a node inside a block', () => {
  const fragment = {
    nodes: [{ id: 'split', kind: 'split', params: { axis: 1, parts: 2 }, from: ['@in'] }],
    outputs: { out: 'split' },
  };
  const members = new Map([['split', 'net.split']]);

  it.each([
    ['split:out1', { node: 'net.split', port: 'out1' }],
    ['split', { node: 'net.split', port: 'out0' }],
    ['elsewhere', undefined],
  ])('%s', (source, expected) => {
    expect(innerPort({ members, fragment }, source)).toEqual(expected);
  });
});

describe('copies of a node that repeats', () => {
  const none = () => false;

  it.each<readonly [string, string, (id: string) => boolean, readonly string[]]>([
    ['userBlock', 'layer1.2', none, ['layer1.2', 'layer1.3', 'layer1.4']],
    ['userBlock', 'stage', none, ['stage.0', 'stage.1', 'stage.2']],
    ['userBlock', 'layer1.2', (id) => id === 'layer1.3', ['layer1.2.0', 'layer1.2.1', 'layer1.2.2']],
    // Its own name is taken by itself, which is no reason against it.
    ['userBlock', 'layer1.2', (id) => id === 'layer1.2', ['layer1.2', 'layer1.3', 'layer1.4']],
    ['residual', 'layer1.2', none, ['layer1.2.0', 'layer1.2.1', 'layer1.2.2']],
    ['userBlock', 'stage', (id) => id === 'stage.1', ['stage._0', 'stage._1', 'stage._2']],
  ])('of a %s called %s', (kind, id, isTaken, expected) => {
    expect(copyIds(kind, id, 3, isTaken)).toEqual(expected);
  });
});

describe('what blocks are made of', () => {
  const inside = (kind: BlockKind, own: ParamValues) => {
    const block = blockOf(kind);
    const params: ParamValues = { ...defaultsOf(block.params), ...own };
    return { nodes: expandOnce(block, params).nodes, names: block.moduleNames(params)[0] };
  };

  it('a ShuffleNet unit that halves the map steps by two in its depthwise convolutions alone', () => {
    const strides = (downsample: boolean) =>
      inside('shuffleUnit', { downsample }).nodes.flatMap(({ params: { stride } }) =>
        stride ? [stride] : [],
      );
    expect(strides(true)).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(strides(false)).toEqual([[1, 1]]);
  });

  it('an ASPP head normalises with the epsilon that it is given', () => {
    const norms = inside('aspp', { epsilon: 0.25 }).nodes.filter(({ kind }) => kind === 'batchNorm');
    expect(norms.map(({ params }) => params.epsilon)).toEqual(norms.map(() => 0.25));
    expect(norms.length).toBeGreaterThan(4);
  });

  it("torchvision's names of an inverted residual follow what it has", () => {
    const names = (params: ParamValues) => inside('invertedResidual', params).names;
    expect(names({ expand: true, squeezeExcite: 'none' })).toMatchObject({
      'expand.conv': 'block.0.0',
      'depthwise.conv': 'block.1.0',
      'project.bn': 'block.2.1',
    });
    expect(names({ expand: false, squeezeExcite: 'none' })).toMatchObject({
      'depthwise.conv': 'block.0.0',
      'project.conv': 'block.1.0',
    });
    // As in `features.4` of its MobileNetV3.
    expect(names({ expand: true, squeezeExcite: 'hardSigmoid' })).toMatchObject({
      'depthwise.conv': 'block.1.0',
      'se.fc1': 'block.2.fc1',
      'se.fc2': 'block.2.fc2',
      'project.conv': 'block.3.0',
    });
  });

  it('an inverted residual weighs its channels where it is asked to', () => {
    const kinds = (squeezeExcite: string) =>
      inside('invertedResidual', { squeezeExcite }).nodes.filter(({ kind }) => kind === 'multiply').length;
    expect(['none', 'sigmoid', 'hardSigmoid'].map(kinds)).toEqual([0, 1, 1]);
  });
});

describe('comparing', () => {
  const of = (shape: readonly number[]) => {
    const b = new NetworkBuilder();
    b.add('input', 'input', { shape });
    b.add('relu', 'relu');
    b.add('output', 'output');
    return analyze(b.design('A map', ''));
  };

  it('sees a map that is turned though every figure stays', () => {
    const { rows } = compare(of([3, 10, 20]), of([3, 20, 10]));
    expect(rows.map(({ change }) => change)).toEqual(['changed', 'changed', 'same']);
    expect(compare(of([3, 10, 20]), of([3, 10, 20])).rows.map(({ change }) => change)).toEqual([
      'same',
      'same',
      'same',
    ]);
  });
});

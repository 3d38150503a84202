import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { swapNode, swapsFor } from '../../shared/analysis/swap.ts';
import { definitionOf, type NodeKind } from '../../shared/blocks/index.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { type Json, readParams } from '../../shared/schema/codec.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { lightest } from '../formats/small.ts';

const swapsIn = (design: Design, id: NodeId) => swapsFor(design, analyze(design), id);
const kinds = (name: string, id: NodeId): readonly string[] =>
  swapsIn(zooEntry(name)!.build(), id).map(({ kind }) => kind);

describe('a node becomes another kind in place', () => {
  it.each([
    ['vgg16', 'conv3_2', 'separableConv'],
    ['vgg16', 'pool1', 'avgPool'],
    ['vgg16', 'relu1_1', 'silu'],
    ['resnet18', 'layer1.0', 'bottleneck'],
    ['resnet50', 'layer2.1', 'residual'],
    ['mobilenet_v2', 'features.1', 'convBnRelu'],
  ])('%s: %s can be %s', (name, id, kind) => {
    expect(kinds(name, id)).toContain(kind);
  });

  it('keeps its wires and what its parameters share, and costs what the papers say', () => {
    const design = zooEntry('vgg16')!.build();
    const swap = swapsIn(design, 'conv3_2').find(({ kind }) => kind === 'separableConv')!;
    const after = produce(design, swapNode('conv3_2', swap.node));
    expect(after.wires).toEqual(design.wires);
    expect(after.nodes.conv3_2!.params).toMatchObject({
      channels: 256,
      kernel: [3, 3],
      padding: [1, 1, 1, 1],
    });
    const [before, now] = [analyze(design).totals, analyze(after).totals];
    expect(now.macs - before.macs).toBe(swap.difference.macs);
    // Howard et al. 2017: K²·C + C·C′ in place of K²·C·C′ multiply-adds per position.
    expect(swap.difference.macs).toBe((9 * 256 + 256 * 256 - 9 * 256 * 256) * 56 * 56);
  });

  it('there and back again is the same network', () => {
    const design = zooEntry('vgg16')!.build();
    const there = swapsIn(design, 'pool1').find(({ kind }) => kind === 'avgPool')!;
    const swapped = produce(design, swapNode('pool1', there.node));
    const back = swapsIn(swapped, 'pool1').find(({ kind }) => kind === 'maxPool')!;
    expect(produce(swapped, swapNode('pool1', back.node)).nodes.pool1).toEqual(design.nodes.pool1);
  });

  it.each(lightest.map(({ id, build }) => [id, build] as const))(
    'in %s every swap leaves a network without a problem, of the difference that was said',
    (_, build) => {
      const design = build();
      const analysis = analyze(design);
      const seen = new Set<string>();
      for (const [id, { node }] of analysis.facts) {
        if (seen.has(node.kind)) continue;
        seen.add(node.kind);
        for (const swap of swapsFor(design, analysis, id)) {
          const { totals, problems } = analyze(produce(design, swapNode(id, swap.node)));
          expect(problems, `${id} as ${swap.kind}`).toEqual([]);
          expect(totals.macs - analysis.totals.macs, `${id} as ${swap.kind}`).toBe(swap.difference.macs);
          expect(totals.params - analysis.totals.params, `${id} as ${swap.kind}`).toBe(
            swap.difference.params,
          );
        }
      }
    },
  );

  it.each([
    ['vgg16', 'conv3_2'],
    ['vgg16', 'pool1'],
    ['resnet50', 'layer2.1'],
    ['mobilenet_v2', 'features.1'],
    // A convolution keeps more of it than other blocks do.
    ['mobilenet_v2', 'features.0'],
  ])('%s: what %s can be comes with its own family first, then by what it keeps', (name, id) => {
    const design = zooEntry(name)!.build();
    const { group } = definitionOf(design.nodes[id]!.kind);
    const ranks = swapsIn(design, id).map(({ kind, kept }) => {
      const own = definitionOf(kind);
      return [own.group === group ? 0 : 1, -kept.length, own.frequent ? 0 : 1];
    });
    expect(ranks.length).toBeGreaterThan(2);
    expect(ranks).toEqual(ranks.toSorted(([a, b, c], [x, y, z]) => a! - x! || b! - y! || c! - z!));
  });

  it('becomes nothing that calls its output by another name: the wire would end', () => {
    const b = new NetworkBuilder();
    b.input(8, 16);
    // Its one part is all that comes in, as some of its family give it, too.
    b.add('node', 'split', { parts: 1 });
    b.add('relu', 'relu');
    b.add('output', 'output');
    const design = b.design('one part', '');
    expect(analyze(design).problems).toEqual([]);
    for (const { kind, node } of swapsIn(design, 'node'))
      expect(analyze(produce(design, swapNode('node', node))).problems, kind).toEqual([]);
  });

  it('nor what calls its second input by another name', () => {
    const b = new NetworkBuilder();
    b.add('input', 'input', { shape: [2, 2, 2] });
    b.add('other', 'input', { shape: [2, 2, 2] });
    // Two channels at two by two places: as many as there are positions to gather from.
    b.add('node', 'gatherElements', {}, 'input', 'other');
    b.add('output', 'output');
    const design = b.design('gathered', '');
    expect(analyze(design).problems).toEqual([]);
    expect(swapsIn(design, 'node').map(({ kind }) => kind)).not.toContain('gridSample');
  });

  it('of what is bypassed, or not there, nothing can be', () => {
    const design = zooEntry('vgg16')!.build();
    const bypassed = produce(design, (draft) => {
      draft.nodes.relu1_1!.bypass = true;
    });
    expect(swapsIn(design, 'relu1_1')).not.toEqual([]);
    expect(swapsIn(bypassed, 'relu1_1')).toEqual([]);
    expect(swapsIn(design, 'nowhere')).toEqual([]);
  });

  it('a number that means nothing elsewhere stays behind: the slope of a leaky ReLU is no alpha of ELU', () => {
    const b = new NetworkBuilder();
    b.input(8, 16);
    b.add('node', 'leakyRelu', { slope: 0.3 });
    b.add('output', 'output');
    const elu = swapsIn(b.design('one', ''), 'node').find(({ kind }) => kind === 'elu');
    expect(elu).toMatchObject({ kept: [], node: { params: { alpha: 1 } } });
  });

  it.each<readonly [NodeKind, ParamValues]>([
    ['conv2d', { channels: 16, kernel: [3, 3], padding: [1, 1, 1, 1] }],
    ['maxPool', { kernel: [8, 8], stride: [8, 8] }],
    ['linear', { features: 16 }],
    ['residual', { channels: 8 }],
    ['leakyRelu', { slope: 0.3 }],
    // CELU divides by what ELU multiplies with.
    ['elu', { alpha: 0 }],
    ['dropout', { rate: 0.9 }],
    ['resize', { factor: 2 }],
  ])('a %s becomes nothing with a parameter that there cannot be', (kind, params) => {
    const b = new NetworkBuilder();
    b.input(8, 16);
    b.add('node', kind, params);
    b.add('output', 'output');
    for (const { kind: other, node } of swapsIn(b.design('one', ''), 'node')) {
      const { issues } = readParams(
        definitionOf(other).params,
        node.params as Readonly<Record<string, Json>>,
      );
      expect(issues, other).toEqual([]);
    }
  });

  it.each<readonly [NodeKind, ParamValues, NodeKind, readonly string[]]>([
    ['elu', { alpha: 0.5 }, 'celu', ['alpha']],
    // Its one width is what it is inside, too.
    ['residual', { channels: 1 }, 'invertedResidual', ['channels', 'expanded']],
    // The largest window that there is.
    ['maxPool', { kernel: [4096, 1], stride: [4096, 1] }, 'avgPool', ['kernel', 'stride']],
  ])('a %s keeps what both may be: %j as %s', (kind, params, other, names) => {
    const b = new NetworkBuilder();
    b.input(1, 4096, 1);
    b.add('node', kind, params);
    b.add('output', 'output');
    const swap = swapsIn(b.design('one', ''), 'node').find((each) => each.kind === other);
    expect(swap?.kept).toEqual(expect.arrayContaining([...names]));
    expect(swap?.node.params).toMatchObject(params);
  });
});

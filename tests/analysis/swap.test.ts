import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { swapNode, swapsFor } from '../../shared/analysis/swap.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
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
});

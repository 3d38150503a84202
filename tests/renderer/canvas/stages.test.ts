import { describe, expect, it } from 'vitest';
import type { LayerFlowNode } from '../../../renderer/features/canvas/flow-node.ts';
import { bandOf, stagesOf } from '../../../renderer/features/canvas/stages.ts';
import { arrange } from '../../../renderer/layout/auto-layout.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../../renderer/layout/geometry.ts';
import type { Box } from '../../../renderer/layout/make-room.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const stages = (id: string) => stagesOf(analyze(zooEntry(id)!.build()));

describe('the stages of a network', () => {
  // He et al. 2015, table 1: 3, 8, 36 and 3 bottlenecks of three layers each.
  it('of ResNet-152 are those of its table', () => {
    expect(stages('resnet152').map(({ size, depth }) => [size, depth])).toEqual([
      ['56×56', 9],
      ['28×28', 24],
      ['14×14', 108],
      ['7×7', 9],
    ]);
  });

  // Simonyan and Zisserman 2014, table 1, column D: two, two, three, three and three convolutions.
  it('of VGG-16 are those of its table', () => {
    const found = stages('vgg16').map(({ size, depth }) => [size, depth]);
    expect(found.slice(0, 5)).toEqual([
      ['224×224', 2],
      ['112×112', 2],
      ['56×56', 3],
      ['28×28', 3],
      ['14×14', 3],
    ]);
  });

  // Ronneberger et al. 2015, figure 1: the sizes written beside the maps of each level, down and up again.
  it('of U-Net are its levels, each as large as its edges leave it', () => {
    expect(stages('unet').map(({ size }) => size)).toEqual([
      '570×570–568×568',
      '284×284–280×280',
      '140×140–136×136',
      '68×68–64×64',
      '32×32–28×28',
      '56×56–52×52',
      '104×104–100×100',
      '200×200–196×196',
      '392×392–388×388',
    ]);
  });

  it.each([
    // The input, which is of no stage, stands over the second row of the first; and what leads on from a way up at its end.
    ['unet', [2, 1, 1, 1, 1, 2, 2, 2, 1]],
    ['vgg16', [1, 1, 1, 1, 1]],
  ])(
    'of %s have a band each, with all of their layers and in one piece where nothing stands in its way',
    async (id, pieces) => {
      const design = zooEntry(id)!.build();
      const layout = await arrange(design, 'right');
      const boxes = Object.entries(layout).map(([node, at]) => ({ node, ...at }));
      const isIn = (box: Box, { x, y }: { readonly x: number; readonly y: number }): boolean =>
        x + NODE_WIDTH > box.x && x < box.x + box.width && y + NODE_HEIGHT > box.y && y < box.y + box.height;
      const found = stagesOf(analyze(design)).slice(0, pieces.length);
      const bands = found.map((stage) =>
        bandOf(
          stage,
          (node) => ({ position: layout[node], width: NODE_WIDTH, height: NODE_HEIGHT }) as LayerFlowNode,
          (box, members) => boxes.every((each) => members.has(each.node) || !isIn(box, each)),
        ),
      );
      expect(bands.map(({ length }) => length)).toEqual(pieces);
      // A single layer that is apart from the rest has none, such as the one with which a way up begins.
      for (const [i, { nodes }] of found.entries()) {
        const outside = nodes.filter((node) => !bands[i]!.some((band) => isIn(band, layout[node]!)));
        expect(outside.length, `${outside}`).toBeLessThanOrEqual(1);
      }
    },
  );

  it('hold no node twice, and no more than the whole cost', () => {
    for (const id of ['googlenet', 'unet', 'densenet201', 'inception_v4', 'mobilenet_v2']) {
      const found = stages(id);
      const nodes = found.flatMap((stage) => stage.nodes);
      expect(new Set(nodes).size).toBe(nodes.length);
      expect(found.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

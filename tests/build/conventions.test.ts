import { describe, expect, it } from 'vitest';
import { conventionPages } from '../../build/docs/conventions.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { totalOperations } from '../../shared/analysis/conventions.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { countMemory } from '../../shared/analysis/memory.ts';
import { countLike } from '../../shared/analysis/tools.ts';
import { peakUnder } from '../../shared/budget/memory.ts';
import type { Design } from '../../shared/graph/design.ts';
import { plainNumbers } from '../../shared/graph/number-types.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const network = (id: string): Design => zooEntry(id)!.build();
const leaves = (design: Design) => {
  const { topology, facts } = analyze(design);
  return leavesOf(topology, facts);
};
const peak = (id: string, convention: Parameters<typeof countMemory>[2]): number =>
  countMemory(leaves(network(id)), { numbers: plainNumbers, batch: 1 }, convention).peakBytes;
const like = (id: string, tool: Parameters<typeof countLike>[0]): number =>
  countLike(tool, leaves(network(id))).total;

/** AlexNet's first convolution as the lecture has it, with its ReLU. */
const first = (): Design => {
  const b = new NetworkBuilder();
  b.input(3, 227);
  b.add('conv1', 'conv2d', { channels: 64, kernel: [11, 11], stride: [4, 4], padding: [2, 2, 2, 2] });
  b.add('relu1', 'relu');
  b.add('output', 'output');
  return b.design('first', '');
};
/** An image of eight channels, pooled. */
const pooled = (): Design => {
  const b = new NetworkBuilder();
  b.input(8, 64);
  b.maxPool('pool', 2, 2);
  b.add('output', 'output');
  return b.design('pooled', '');
};
const operations = (convention: Parameters<typeof totalOperations>[1]): number =>
  totalOperations(analyze(first()).totals, convention);

/** What is worked by hand on a page, and what the analysis makes of it. */
const byHand: Readonly<Record<string, readonly (readonly [figure: number, counted: () => number])[]>> = {
  mac: [[64 * 56 ** 2 * 3 * 11 ** 2, () => operations('mac')]],
  flops2: [[2 * 72_855_552, () => operations('flops2')]],
  'all-ops': [[72_855_552 + 2 * 200_704, () => operations('all-ops')]],
  'peak-plain': [[3 * 256 * 56 ** 2 * 4, () => peak('resnet50', 'plain')]],
  'peak-in-place': [[(64 + 256 + 256) * 56 ** 2 * 4, () => peak('resnet50', 'inPlace')]],
  'peak-depthwise-in-place': [
    [(16 + 96) * 112 ** 2 * 4, () => peak('mobilenet_v2', 'depthwiseInPlace')],
    [(96 * 112 ** 2 + 96 * 56 ** 2) * 4, () => peak('mobilenet_v2', 'inPlace')],
  ],
  'peak-concat-free': [
    [2 * 256 * 54 ** 2 * 4, () => peak('squeezenet1_0', 'inPlace')],
    [(96 * 109 ** 2 + 96 * 54 ** 2) * 4, () => peak('squeezenet1_0', 'concatFree')],
  ],
  'peak-greedy-arena': [
    [3 * 256 * 56 ** 2 * 4, () => peak('resnet50', 'greedyArena')],
    [2 * 64 * 224 ** 2 * 4, () => peak('vgg16', 'greedyArena')],
  ],
  'peak-engine-arena': [[2 * 8 * 64 ** 2 * 4, () => peakUnder(analyze(pooled()), 'engineArena') ?? 0]],
  'like-torchvision': [[4_089_184_256, () => like('resnet50', 'torchvision')]],
  'like-thop': [[4_089_184_256 + 4 * 11_113_984 + 2048 * (7 * 7 + 1), () => like('resnet50', 'thop')]],
  'like-fvcore': [[4_089_184_256 + 2 * 11_113_984 + 2048 * 7 * 7, () => like('resnet50', 'fvcore')]],
  'like-ptflops': [
    [
      1_814_073_344 + 1000 + 2 * 2_483_712 + 2_308_096 + 64 * 112 ** 2 + 512 * 7 ** 2,
      () => like('resnet18', 'ptflops'),
    ],
  ],
  'like-torchinfo': [[1_814_073_344 + 1000 + 2 * 4800, () => like('resnet18', 'torchinfo')]],
  'like-keras': [[3_504_872 + 2 * 17_056, () => like('mobilenet_v2', 'keras')]],
};

/** Judged elsewhere: a guide's own network, and two digits of a paper. */
const elsewhere = ['like-tflite', 'like-paper'];

describe('pages of conventions', () => {
  it('are worked by hand, each of them', () => {
    const pages = conventionPages.map(({ id }) => id);
    expect([...Object.keys(byHand), ...elsewhere].sort()).toEqual([...pages].sort());
  });

  it.each(Object.entries(byHand))('%s counts what its page works out', (id, figures) => {
    const { arithmetic } = conventionPages.find((page) => page.id === id)!;
    for (const [figure, counted] of figures) {
      expect(arithmetic).toContain(figure.toLocaleString('en-US'));
      expect(counted()).toBe(figure);
    }
  });
});

import fc from 'fast-check';
import { produce } from 'immer';
import { expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, type Edit, newNode } from '../../shared/graph/edits.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const layer = fc.record({
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  padding: fc.tuple(
    ...([0, 0, 0, 0].map(() => fc.integer({ min: 0, max: 2 })) as [
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
    ]),
  ),
});

/** The pixels that unit `at` of the last layer sees along one axis, found by walking back every tap. */
function seenBy(
  at: number,
  layers: readonly { readonly k: number; readonly s: number; readonly d: number; readonly p: number }[],
): readonly [first: number, last: number] {
  let units = new Set([at]);
  for (const { k, s, d, p } of [...layers].reverse()) {
    const before = new Set<number>();
    for (const unit of units) for (let tap = 0; tap < k; tap++) before.add(unit * s + tap * d - p);
    units = before;
  }
  return [Math.min(...units), Math.max(...units)];
}

it('is what walking back every tap of every window finds', () => {
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 5 }), (layers) => {
      const edits: Edit[] = [addNode('l0', newNode('input', { shape: [1, 200, 200] }))];
      for (const [i, params] of layers.entries()) {
        edits.push(
          addNode(`l${i + 1}`, newNode('conv2d', { channels: 1, ...params })),
          connect({ node: `l${i}`, port: 'out' }, { node: `l${i + 1}`, port: 'in' }),
        );
      }
      const design = edits.reduce((before, edit) => produce(before, edit), emptyDesign);
      const reach = analyze(design).facts.get(`l${layers.length}`)!.reach!;
      for (const axis of [0, 1] as const) {
        const walk = layers.map(({ kernel, stride, dilation, padding }) => ({
          k: kernel[axis],
          s: stride[axis],
          d: dilation[axis],
          p: padding[axis],
        }));
        const [first, last] = seenBy(0, walk);
        const [next] = seenBy(1, walk);
        expect({
          start: reach.start[axis],
          extent: reach.extent[axis],
          step: reach.step[axis],
        }).toEqual({ start: first, extent: last - first + 1, step: next - first });
      }
    }),
    { numRuns: 200, seed: 5 },
  );
});

// Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional neural networks", table 1.
it.each([
  ['alexnet', 'pool5', 195],
  ['vgg16', 'pool5', 212],
] as const)('%s sees at %s what the paper says: %i pixels', (id, node, pixels) => {
  const entry = zooEntry(id)!;
  expect(analyze(entry.build()).facts.get(node)!.reach!.extent).toEqual([pixels, pixels]);
});

it('goes on where constants are met: ConvNeXt scales every branch by one', () => {
  const { facts } = analyze(zooEntry('convnext_tiny')!.build());
  const sides = [...facts.values()].flatMap(({ reach }) => (reach ? [reach.extent[0]] : []));
  // A stem of 4×4, stages of 3, 3, 9 and 3 blocks of 7×7, and 2×2 between them: Liu et al. 2022, table 9.
  const before = 4 + 4 * 18 + 4 + 8 * 18 + 8 + 16 * 54 + 16 + 32 * 18;
  expect(Math.max(...sides.filter(Number.isFinite))).toBe(before);
});

it('is that of the other input where one comes from a constant, through layers', () => {
  const b = new NetworkBuilder();
  b.input(4, 8);
  b.conv('conv', 4, 3);
  b.add('constant', 'constant', { shape: [1, 4, 6, 6] });
  b.add('tanh', 'tanh');
  b.add('sum', 'add', {}, 'conv', 'tanh');
  b.add('output', 'output');
  const { facts, problems } = analyze(b.design('constant', ''));
  expect(problems).toEqual([]);
  expect(['constant', 'tanh', 'sum'].map((id) => facts.get(id)!.blind)).toEqual([true, true, false]);
  expect(facts.get('sum')!.reach).toEqual({ extent: [3, 3], step: [1, 1], start: [0, 0] });
});

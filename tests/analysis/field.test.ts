import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type Region, seenBy } from '../../shared/analysis/field.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, type Edit, newNode } from '../../shared/graph/edits.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

type Row = readonly [id: string, kind: Parameters<typeof newNode>[0], params: ParamValues, from: string[]];

function designOf(rows: readonly Row[]): Design {
  const edits: Edit[] = rows.flatMap(([id, kind, params, from]) => [
    addNode(id, newNode(kind, params)),
    ...from.map((source, i) =>
      connect({ node: source, port: 'out' }, { node: id, port: from.length > 1 ? `in${i}` : 'in' }),
    ),
  ]);
  return edits.reduce((design, edit) => produce(design, edit), emptyDesign);
}

const SIDE = 9;

/** The rectangle around the pixels that make the unit not a number when they are none: nothing cancels that out. */
async function touchedBy(design: Design, unit: readonly [number, number]): Promise<Region | undefined> {
  const session = await DesignSession.create(design, { backend: 'reference' });
  const pixels = SIDE * SIDE;
  const x = Tensor.zeros([pixels, 1, SIDE, SIDE]);
  for (let pixel = 0; pixel < pixels; pixel++) x.data[pixel * pixels + pixel] = Number.NaN;
  const y = (await session.run({ input: x })).output!;
  const [, channels, height, width] = y.dims as [number, number, number, number];
  const touching = Array.from({ length: pixels }, (_, pixel) => pixel).filter((pixel) =>
    Array.from({ length: channels }).some((_, channel) =>
      Number.isNaN(y.data[((pixel * channels + channel) * height + unit[0]) * width + unit[1]]),
    ),
  );
  const rows = touching.map((pixel) => Math.floor(pixel / SIDE));
  const columns = touching.map((pixel) => pixel % SIDE);
  if (rows.length === 0) return undefined;
  const span = (at: readonly number[]) => ({ first: Math.min(...at), last: Math.max(...at) });
  return { rows: span(rows), columns: span(columns) };
}

function regionOf(design: Design, unit: readonly [number, number]): Region | undefined {
  const { topology, facts } = analyze(design);
  const leaves = leavesOf(topology, facts);
  const target = leaves.findIndex(({ kind }) => kind === 'output');
  const input = leaves.findIndex(({ kind }) => kind === 'input');
  return seenBy(leaves, target, unit).get(input)?.region;
}

const input: Row = ['input', 'input', { shape: [1, SIDE, SIDE] }, []];
const two = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const four = (max: number) => {
  const side = fc.nat({ max });
  return fc.tuple(side, side, side, side);
};
const layer: fc.Arbitrary<readonly [Row[1], ParamValues]> = fc.oneof(
  fc
    .record({ kernel: two(1, 3), stride: two(1, 2), padding: four(1) })
    .map((params) => ['conv2d', { channels: 1, ...params }] as const),
  fc
    .record({ kernel: two(1, 3), stride: two(1, 3) })
    .map((params) => ['convTranspose2d', { channels: 1, ...params }] as const),
  fc.constant(['relu', {}] as const),
  fc.constant(['avgPool', { kernel: [2, 2], stride: [1, 1] }] as const),
);

it('what a sum sees of one input is seen where nothing comes in through the other', () => {
  const ends: readonly Row[] = [input, ['r', 'relu', {}, ['input']], ['s', 'add', {}, ['r', 'input']]];
  const whole = designOf(ends);
  const wires = Object.fromEntries(Object.entries(whole.wires).filter(([, { to }]) => to.port !== 'in1'));
  const { topology, facts } = analyze({ ...whole, wires });
  const leaves = leavesOf(topology, facts);
  const at = (id: string) => leaves.findIndex((leaf) => leaf.facts.id === id);
  const own = { rows: { first: 4, last: 4 }, columns: { first: 5, last: 5 } };
  expect(seenBy(leaves, at('s'), [4, 5]).get(at('input'))?.region).toEqual(own);
});

describe('what a unit sees, against which pixels change it', () => {
  it('holds over chains of random layers, at random units', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(layer, { minLength: 1, maxLength: 3 }),
        fc.nat(99),
        fc.nat(99),
        async (layers, down, along) => {
          const ids = ['input', ...layers.map((_, i) => `l${i}`)];
          const design = designOf([
            input,
            ...layers.map(([kind, params], i): Row => [ids[i + 1]!, kind, params, [ids[i]!]]),
            ['output', 'output', {}, [ids.at(-1)!]],
          ]);
          const dims = analyze(design).facts.get('output')!.inputs[0];
          if (!dims) return;
          const unit = [down % dims[2]!, along % dims[3]!] as const;
          // A transposed convolution with gaps between its filters has units that see nothing; so has the rectangle.
          const found = await touchedBy(design, unit);
          const said = regionOf(design, unit);
          const inside = (a: Region, b: Region): boolean =>
            a.rows.first >= b.rows.first &&
            a.rows.last <= b.rows.last &&
            a.columns.first >= b.columns.first &&
            a.columns.last <= b.columns.last;
          const gaps = layers.some(
            ([kind, { kernel, stride }]) =>
              kind === 'convTranspose2d' &&
              ([0, 1] as const).some(
                (axis) => (stride as readonly number[])[axis]! > (kernel as readonly number[])[axis]!,
              ),
          );
          if (gaps) expect(found === undefined || (said !== undefined && inside(found, said))).toBe(true);
          else expect(said).toEqual(found);
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  const convolution = (kernel: number, padding: number): ParamValues => ({
    channels: 1,
    kernel: [kernel, kernel],
    padding: [padding, padding, padding, padding],
  });
  const merges: readonly (readonly [string, readonly Row[]])[] = [
    [
      'a residual connection',
      [
        ['a', 'conv2d', convolution(3, 1), ['input']],
        ['b', 'conv2d', convolution(3, 1), ['a']],
        ['end', 'add', {}, ['b', 'a']],
      ],
    ],
    [
      'branches of other sizes',
      [
        ['a', 'conv2d', convolution(1, 0), ['input']],
        ['b', 'conv2d', convolution(5, 2), ['input']],
        ['end', 'concat', {}, ['a', 'b']],
      ],
    ],
    [
      'a squeezed branch spread over the map',
      [
        ['a', 'globalAvgPool', { keepDims: true }, ['input']],
        ['end', 'multiply', {}, ['input', 'a']],
      ],
    ],
    ['pixels laid out anew', [['end', 'spaceToDepth', { block: 3 }, ['input']]]],
  ];
  it.each(merges)('%s', async (_title, rows) => {
    const design = designOf([input, ...rows, ['output', 'output', {}, ['end']]]);
    expect(analyze(design).problems).toEqual([]);
    const [, , height, width] = analyze(design).facts.get('output')!.inputs[0]! as [0, 0, number, number];
    for (const unit of [
      [0, 0],
      [height - 1, Math.floor(width / 2)],
    ] as const) {
      expect(regionOf(design, unit)).toEqual(await touchedBy(design, unit));
    }
  });
});

/** Without the edges it is what the analysis says of every unit: start + unit × step, extent pixels. */
it.each(['vgg16', 'alexnet', 'resnet18', 'googlenet'])('agrees with the analysis: %s', (id) => {
  const { topology, facts } = analyze(zooEntry(id)!.build());
  const leaves = leavesOf(topology, facts);
  const source = leaves.findIndex(({ kind }) => kind === 'input');
  let checked = 0;
  for (const [index, leaf] of leaves.entries()) {
    const { reach } = leaf.facts;
    if (!reach || !Number.isFinite(reach.extent[0]) || leaf.outputDims?.[0]?.length !== 4) continue;
    const unit = [2, 1] as const;
    const span = (axis: 0 | 1) => {
      const first = reach.start[axis] + unit[axis] * reach.step[axis];
      return { first, last: first + reach.extent[axis] - 1 };
    };
    expect(seenBy(leaves, index, unit).get(source)?.window, leaf.facts.id).toEqual({
      rows: span(0),
      columns: span(1),
    });
    checked++;
  }
  expect(checked).toBeGreaterThan(10);
});

import { expect, test } from 'vitest';
import { analyze, analyzeTogether } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { exportKeras } from '../../shared/formats/keras/export.ts';
import { exportPyTorch } from '../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { lint } from '../../shared/lint/run.ts';

const nodes = [
  { id: 'x', kind: 'input', params: { shape: [3, 8, 8] } },
  { id: 'conv', kind: 'conv2d', from: 'x', params: { channels: 4, padding: 1, bias: false } },
  { id: 'fft', kind: 'opaque', from: 'conv', params: { operation: 'torch.fft.rfft2', shape: [4, 8, 5] } },
  { id: 'last', kind: 'conv2d', from: 'fft', params: { channels: 2, kernel: 1, bias: false } },
  { id: 'y', kind: 'output', from: 'last' },
];

const designOf = (spec: object) => {
  const read = readSpec(JSON.stringify({ netwright: 3, ...spec }));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  return read.value;
};
const flat = designOf({ nodes });
const folded = designOf({
  nodes: [
    nodes[0],
    { id: 'stage', kind: 'userBlock', from: 'x', params: { block: 'b' } },
    { id: 'y', kind: 'output', from: 'stage' },
  ],
  blocks: { b: { nodes } },
});

// 3·3·3·4 weights at 64 places, and 1·1·4·2 at 40.
const known = { params: 108 + 8, macs: 108 * 64 + 8 * 40, unknown: 1 };

test.each([
  ['in the design', flat],
  ['in a block', folded],
])('shapes go on behind an opaque layer %s, and the other costs are counted', (_, design) => {
  const { facts, problems, totals } = analyze(design);
  expect(problems).toEqual([]);
  expect(facts.get('y')!.inputs).toEqual([[1, 2, 8, 5]]);
  expect(totals).toMatchObject(known);
  expect(facts.get(design === flat ? 'fft' : 'stage')!.cost).toBeUndefined();
});

test.each([
  ['in the design', flat, 'fft'],
  ['in a block', folded, 'stage/fft'],
])('what an opaque layer %s would have to compute is refused by name', (_, design, node) => {
  const refused = {
    ok: false,
    problems: [
      { code: 'opaque-layer', where: { node }, message: expect.stringContaining('torch.fft.rfft2') },
    ],
  };
  expect(flatten(analyze(design))).toMatchObject(refused);
  expect(exportPyTorch(design)).toMatchObject(refused);
  expect(exportKeras(design)).toMatchObject(refused);
});

test('of several outputs of a batch each keeps the batch', () => {
  const { facts } = analyzeTogether(flat, 4);
  expect(facts.get('y')!.inputs).toEqual([[4, 2, 8, 5]]);
});

test.each([
  ['in the design', flat],
  ['in a block', folded],
])('rules look at an opaque layer %s and claim nothing of it', (_, design) => {
  const { findings } = lint(design, analyze(design));
  expect(findings.filter(({ node }) => node === 'fft')).toEqual([]);
});

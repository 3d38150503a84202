import { expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { codeCase } from '../code/judge.ts';
import { withoutDesign } from './foreign.ts';

/** The design as it comes back from its own file, with what stands beside the graph taken out. */
async function reopened(design: Design): Promise<Design> {
  const { weights } = codeCase('learned', design);
  const written = exportOnnx(design, weights);
  if (!written.ok) throw new Error(written.problems[0].message);
  const read = await importOnnx(bytesSource(withoutDesign(written.value)));
  if (!read.ok) throw new Error(read.problems[0].message);
  return read.value.design;
}

const paramsOf = (design: Design) => analyze(design).totals.params;

/** A picture less a mean, over a deviation; deep inside, a scale per channel that was learned and one that was not. */
function prepared(): Design {
  const b = new NetworkBuilder();
  const x = b.add('image', 'input', { shape: [3, 8, 8] });
  const mean = b.add('mean', 'constant', { shape: [3, 1, 1] });
  const deviation = b.add('deviation', 'constant', { shape: [1] });
  const centred = b.add('centred', 'subtract', {}, x, mean);
  const unit = b.add('unit', 'divide', {}, centred, deviation);
  const conv = b.add('conv', 'conv2d', { channels: 4, kernel: [3, 3], bias: false }, unit);
  const scale = b.add('scale', 'constant', { shape: [4, 1, 1], learned: true });
  const fixed = b.add('fixed', 'constant', { shape: [4, 1, 1] });
  const mask = b.add('mask', 'constant', { shape: [6, 6] });
  const scaled = b.add('scaled', 'multiply', {}, conv, scale);
  const shifted = b.add('shifted', 'add', {}, scaled, fixed);
  b.add('output', 'output', {}, b.add('masked', 'multiply', {}, shifted, mask));
  return b.design('Prepared', '');
}

test('what was learned and what was not stays so on its way through a file', async () => {
  const design = prepared();
  // 4 filters of 3×3×3 and 4 scales.
  expect(paramsOf(design)).toBe(4 * 27 + 4);
  const back = await reopened(design);
  expect(paramsOf(back)).toBe(4 * 27 + 4);
  const learned = Object.values(back.nodes)
    .filter(({ kind }) => kind === 'constant')
    .map(({ params }) => [String(params.shape), params.learned]);
  expect(learned.filter(([, is]) => is)).toEqual([['4,1,1', true]]);
});

test('a user says otherwise of a node, and it counts so from then on', async () => {
  const back = await reopened(prepared());
  const [id] = Object.entries(back.nodes).find(
    ([, { kind, params }]) => kind === 'constant' && String(params.shape) === '6,6',
  )!;
  const { nodes } = back;
  const turned: Design = {
    ...back,
    nodes: { ...nodes, [id]: { ...nodes[id]!, params: { ...nodes[id]!.params, learned: true } } },
  };
  expect(paramsOf(turned)).toBe(4 * 27 + 4 + 36);
  expect(paramsOf(await reopened(turned))).toBe(4 * 27 + 4 + 36);
});

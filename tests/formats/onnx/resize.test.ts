import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { withoutDesign } from './foreign.ts';
import { type TinyAttribute, tinyModel } from './tiny-model.ts';

const dims = [1, 1, 1, 10];
const ramp = new Tensor(
  'float32',
  Float32Array.from({ length: 10 }, (_, i) => i),
  dims,
);

/** What an old Resize or Upsample of 0 … 9 gives. */
async function resized(
  op: string,
  opset: number,
  attributes: Readonly<Record<string, TinyAttribute>>,
  scales?: readonly number[],
): Promise<readonly number[]> {
  const model = tinyModel({
    opset,
    inputs: { x: { dims } },
    outputs: { y: { dims: [1, 1, 'h', 'w'] } },
    nodes: [{ op, inputs: scales ? ['x', 'scales'] : ['x'], outputs: ['y'], attributes }],
    ...(scales ? { weights: { scales: { dims: [4], data: scales } } } : {}),
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const { y } = await session.run({ x: ramp });
  await session.release();
  return [...y!.data].map((value) => Math.round(value * 1000) / 1000);
}

describe('Resize of old operator sets', () => {
  const nearest = { mode: { text: 'nearest' } };
  const bilinear = { mode: { text: 'bilinear' } };

  test('Upsample of operator sets 1 to 6 has a factor for height and one for width', async () => {
    const factors = { height_scale: { float: 1 }, width_scale: { float: 2 } };
    const doubled = Array.from({ length: 20 }, (_, i) => Math.floor(i / 2));
    expect(await resized('Upsample', 1, { ...nearest, ...factors })).toEqual(doubled);
    const between = doubled.map((x, i) => x + (i % 2) / 2).with(19, 9);
    expect(await resized('Upsample', 6, { ...bilinear, ...factors })).toEqual(between);
  });

  // What onnxruntime 1.30 gave.
  test.each([
    [0.6, [0, 2, 4, 5, 7, 9]],
    [1 / 3, [0, 3, 6]],
    [1.5, [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9]],
  ])('operator set 10 takes the next element when it shrinks: by %s', async (factor, expected) => {
    expect(await resized('Resize', 10, nearest, [1, 1, 1, factor])).toEqual(expected);
  });
});

test.each([0.7, 2 / 3, 1 / 3, 3.3, 0.6, 4 / 3, 0.1])(
  'a factor of %s gives the same shape when our own export is opened without its design',
  async (factor) => {
    const model = tinyModel({
      opset: 13,
      inputs: { x: { dims: [1, 2, 30, 10] } },
      outputs: { y: { dims: [1, 2, 'h', 'w'] } },
      nodes: [{ op: 'Resize', inputs: ['x', '', 'scales'], outputs: ['y'] }],
      weights: { scales: { dims: [4], data: [1, 1, factor, factor] } },
    });
    const opened = await importOnnx(bytesSource(model));
    if (!opened.ok) throw new Error(opened.problems[0]!.message);
    const { design } = opened.value;
    const node = Object.values(design.nodes).find(({ kind }) => kind === 'resize')!;
    const exact = { ...node, params: { ...node.params, scales: [factor, factor] } };
    const shapes = [];
    for (const given of [design, { ...design, nodes: { ...design.nodes, y: exact } }]) {
      const written = exportOnnx(given, {});
      if (!written.ok) throw new Error(written.problems[0]!.message);
      const again = await importOnnx(bytesSource(withoutDesign(written.value)));
      if (!again.ok) throw new Error(again.problems[0]!.message);
      for (const each of [given, again.value.design])
        shapes.push(Object.values(analyze(each).facts.get('y')!.outputs!)[0]!.join('×'));
    }
    const size = (extent: number) => Math.floor(Math.fround(Math.fround(factor) * extent));
    expect(new Set(shapes)).toEqual(new Set([`1×2×${size(30)}×${size(10)}`]));
  },
);

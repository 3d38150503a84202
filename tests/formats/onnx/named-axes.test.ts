import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../../shared/formats/onnx/decode.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { openInputs } from '../../../shared/formats/onnx/open-axes.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { type Edit, setParams } from '../../../shared/graph/edits.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { networkOf, randomWeights } from '../random-network.ts';
import { type TinyModel, tinyModel } from './tiny-model.ts';

const ofOnes = (dims: readonly number[]) => ({
  dims,
  data: Array<number>(dims.reduce((a, b) => a * b, 1)).fill(1),
});

/** A convolution of 3×3 with a stride and padding, then whatever else. */
const network = (more: Pick<TinyModel, 'nodes' | 'outputs'> & Pick<TinyModel, 'weights'>): TinyModel => ({
  inputs: { x: { dims: ['N', 2, 'H', 'W'] } },
  ...more,
  weights: { w: ofOnes([3, 2, 3, 3]), ...more.weights },
  nodes: [
    {
      op: 'Conv',
      inputs: ['x', 'w'],
      outputs: ['c'],
      attributes: {
        pads: { ints: [1, 1, 1, 1] },
        strides: { ints: [2, 2] },
      },
    },
    ...more.nodes,
  ],
});

const map = network({
  nodes: [{ op: 'Relu', inputs: ['c'], outputs: ['y'] }],
  outputs: { y: { dims: null } },
});
const doubled = network({
  nodes: [
    { op: 'Relu', inputs: ['x'], outputs: ['z'] },
    { op: 'Relu', inputs: ['c'], outputs: ['y'] },
  ],
  outputs: { y: { dims: null }, z: { dims: null } },
});
const classes = network({
  nodes: [
    { op: 'Flatten', inputs: ['c'], outputs: ['f'] },
    { op: 'Gemm', inputs: ['f', 'm'], outputs: ['y'] },
  ],
  weights: { m: ofOnes([3 * 4 * 3, 5]) },
  outputs: { y: { dims: null } },
});

async function again(model: TinyModel, edit: Edit = () => {}) {
  const opened = await importOnnx(bytesSource(tinyModel(model)), { inputDims: { x: [1, 2, 8, 6] } });
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const design = produce(opened.value.design, edit);
  const written = exportOnnx(design, randomWeights(networkOf(design), 'axes'));
  if (!written.ok) throw new Error(written.problems[0].message);
  const { model: read } = await decodeModel(bytesSource(written.value));
  const dims = [...read.inputs, ...read.outputs].map((value) => value.dims);
  return { bytes: written.value, dims };
}

describe('open axes of a design, in what is written of it', () => {
  test('keep their names where the graph holds for any extent', async () => {
    expect((await again(map)).dims).toEqual([
      ['N', 2, 'H', 'W'],
      ['N', 3, '?', '?'],
    ]);
    expect((await again(doubled)).dims).toEqual([
      ['N', 2, 'H', 'W'],
      ['N', 3, '?', '?'],
      ['N', 2, 'H', 'W'],
    ]);
  });

  test('are closed where weights need one extent, or padding changes with it', async () => {
    expect((await again(classes)).dims).toEqual([
      ['N', 2, 8, 6],
      ['N', 5],
    ]);
    expect((await again(map, (design) => setParams(['c'], { padding: 'same' })(design))).dims).toEqual([
      ['N', 2, 8, 6],
      ['N', 3, 4, 3],
    ]);
  });

  test("are asked for with the design's size as the proposal", async () => {
    const { bytes } = await again(map);
    expect(await openInputs(bytesSource(bytes))).toEqual([
      { name: 'x', axes: [null, 'H', 'W'], proposal: [2, 8, 6] },
    ]);
  });

  test.skipIf(!peersInstalled())('are taken with another extent by onnxruntime', async () => {
    const session = await openInOnnxruntime((await again(map)).bytes);
    const x = { data: new Float32Array(2 * 2 * 9 * 11), dims: [2, 2, 9, 11] };
    const [y] = Object.values(await session.run({ x }));
    expect(y!.dims).toEqual([2, 3, 5, 6]);
  });
});

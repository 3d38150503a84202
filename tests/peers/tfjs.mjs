// tfjs with its wasm backend, fed by a list of layers (what a converted and fused graph model would run).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** `model`: JSON { layers, weights: [{ name, dims, offset }] } beside a file of little-endian floats. */
export async function openTfjs(model, threads) {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${folder}/`);
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  const { layers, weights } = JSON.parse(await readFile(model, 'utf8'));
  const raw = await readFile(join(dirname(model), 'weights.bin'));
  const tensors = new Map(
    weights.map(({ name, dims, offset }) => {
      const count = dims.reduce((a, b) => a * b, 1);
      const data = new Float32Array(
        raw.buffer.slice(raw.byteOffset + offset, raw.byteOffset + offset + count * 4),
      );
      return [name, tf.tensor(data, dims)];
    }),
  );
  return async (data, [batch, channels, height, width]) => {
    const input = tf.tidy(() => tf.tensor(data, [batch, channels, height, width]).transpose([0, 2, 3, 1]));
    const began = performance.now();
    const output = tf.tidy(() => {
      const values = new Map([['x', input]]);
      let last = input;
      for (const layer of layers) {
        last = apply(
          layer,
          layer.inputs.map((name) => values.get(name)),
          tensors,
        );
        values.set(layer.id, last);
      }
      return last;
    });
    const result = await output.data();
    const milliseconds = performance.now() - began;
    input.dispose();
    output.dispose();
    return { milliseconds, data: Float32Array.from(result) };
  };
}

function apply(layer, inputs, tensors) {
  const [x] = inputs;
  switch (layer.kind) {
    case 'convolution': {
      const options = {
        x: padded(x, layer.pads),
        filter: tensors.get(layer.filter),
        strides: layer.strides,
        pad: 'valid',
        bias: tensors.get(layer.bias),
        activation: layer.activation,
      };
      return layer.depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
    }
    case 'max-pool':
      return tf.maxPool(
        padded(x, layer.pads, Number.NEGATIVE_INFINITY),
        layer.kernel,
        layer.strides,
        'valid',
      );
    case 'mean':
      return tf.mean(x, [1, 2]);
    case 'linear':
      return tf.fused.matMul({
        a: layer.flatten ? x.transpose([0, 3, 1, 2]).reshape([x.shape[0], -1]) : x,
        b: tensors.get(layer.filter),
        transposeB: true,
        bias: tensors.get(layer.bias),
        activation: layer.activation,
      });
    case 'add':
      return layer.activation === 'relu' ? tf.relu(tf.add(...inputs)) : tf.add(...inputs);
    case 'concat':
      return tf.concat(inputs, 3);
    default:
      throw new Error(`tfjs has no ${layer.kind} here.`);
  }
}

/** tfjs wants equal padding on both sides for its own parameter, so it is done here; [top, left, bottom, right]. */
function padded(x, [top, left, bottom, right], value = 0) {
  if (top + left + bottom + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

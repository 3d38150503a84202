// tfjs with its wasm backend, fed by a list of layers (what a converted and fused graph model would run).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { runLayers, tf } from './tfjs-layers.mjs';

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
    const output = runLayers(layers, tensors, input);
    const result = await output.data();
    const milliseconds = performance.now() - began;
    input.dispose();
    output.dispose();
    return { milliseconds, data: Float32Array.from(result) };
  };
}

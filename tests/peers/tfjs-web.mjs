// tfjs with its wasm backend in a page, fed by the same list of layers as in Node.
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { tf } from './tfjs-layers.mjs';

/** `path`: where the page finds the backend's wasm files. Gives the threads that it really has. */
export async function startTfjs(path, threads) {
  setWasmPaths(path);
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  return getThreadsCount();
}

// One other engine in a process of its own: `node peer.mjs ENGINE MODEL THREADS`, then {run} messages over IPC.
// The model is an ONNX file, or for tfjs a JSON description beside a file of weights.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [engine, model, threads] = process.argv.slice(2);

/** Opens the model; the result takes an input of the given dims and gives the first output. */
async function open() {
  if (engine === 'onnxruntime-node') {
    const ort = await import('onnxruntime-node');
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads: Number(threads),
      interOpNumThreads: 1,
    });
    return onnxRunner(ort, session);
  }
  if (engine === 'onnxruntime-web') {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = Number(threads);
    const session = await ort.InferenceSession.create(new Uint8Array(await readFile(model)), {
      executionProviders: ['wasm'],
    });
    return onnxRunner(ort, session);
  }
  if (engine === 'tfjs-wasm') {
    const { openTfjs } = await import(pathToFileURL(new URL('tfjs.mjs', import.meta.url).pathname).href);
    return openTfjs(model, Number(threads));
  }
  throw new Error(`There is no peer called ${engine}.`);
}

function onnxRunner(ort, session) {
  return async (data, dims) => {
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, dims) };
    const began = performance.now();
    const outputs = await session.run(feeds);
    const milliseconds = performance.now() - began;
    return { milliseconds, data: Float32Array.from(outputs[session.outputNames[0]].data) };
  };
}

try {
  const run = await open();
  process.on('message', async ({ data, dims, wantsData }) => {
    try {
      const result = await run(data, dims);
      process.send({ milliseconds: result.milliseconds, data: wantsData ? result.data : undefined });
    } catch (error) {
      process.send({ error: String(error) });
    }
  });
  process.send({ ready: true });
} catch (error) {
  process.send({ error: String(error) });
}

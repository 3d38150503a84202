// Written for onnxruntime. Run as `node script.mjs MODEL INPUT DIMS`, once with each library in the place of LIBRARY.

import * as ort from 'LIBRARY';
import { readFile } from 'node:fs/promises';

const [model, input, dims] = process.argv.slice(2);
ort.env.wasm.numThreads = 2;
const shape = dims.split(',').map(Number);
const bytes = await readFile(input);
const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const byPath = await ort.InferenceSession.create(model, { intraOpNumThreads: 2 });
const byBytes = await ort.InferenceSession.create(new Uint8Array(await readFile(model)), {
  executionProviders: ['cpu'],
});
const results = [];
for (const session of [byPath, byBytes]) {
  const [name] = session.inputNames;
  const feeds = { [name]: new ort.Tensor('float32', data, shape) };
  const all = await session.run(feeds);
  const [wanted] = session.outputNames;
  const some = await session.run({ [name]: new ort.Tensor(data, shape) }, [wanted]);
  const output = all[wanted];
  results.push({
    inputs: session.inputNames,
    outputs: session.outputNames,
    fetched: Object.keys(some),
    type: output.type,
    dims: output.dims,
    size: output.size,
    location: output.location,
    data: Array.from(await output.getData()),
    again: Array.from(some[wanted].data),
  });
  await session.release();
}
const wholes = new ort.Tensor('int64', [1n, -2n], [2]);
const truths = new ort.Tensor('bool', [true, false, true], [3]);
results.push({
  wholes: [wholes.type, String(wholes.data[1]), wholes.reshape([2, 1]).dims],
  truths: [truths.type, Array.from(truths.data, Number), new ort.Tensor([true, false]).type],
});
console.log(JSON.stringify(results));
process.exit(0);

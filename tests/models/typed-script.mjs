// Written for onnxruntime. Run as `node script.mjs CASES`, once with each library in the place of LIBRARY.

import * as ort from 'LIBRARY';
import { readFile } from 'node:fs/promises';

ort.env.wasm.numThreads = 1;
const numbers = (type, data) => {
  if (type === 'float16') return Uint16Array.from(data);
  return type === 'int64' ? data.map(BigInt) : data;
};
const results = [];
for (const { model, feeds } of JSON.parse(await readFile(process.argv[2], 'utf8'))) {
  const session = await ort.InferenceSession.create(Uint8Array.from(model));
  const fed = {};
  for (const [name, { type, data, dims }] of Object.entries(feeds))
    fed[name] = new ort.Tensor(type, numbers(type, data), dims);
  const outputs = await session.run(fed);
  results.push({
    inputs: session.inputNames,
    outputs: session.outputNames.map((name) => {
      const { type, dims, data } = outputs[name];
      return { name, type, dims, array: data.constructor.name, data: Array.from(data, Number) };
    }),
  });
  await session.release();
}
// What is no JSON, such as infinities, is written as text.
const plain = (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
console.log(JSON.stringify(results, plain));
process.exit(0);

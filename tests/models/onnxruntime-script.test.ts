import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReference, largestError, readTensorFile, referencePath } from '../conformance/reference-data.ts';
import { peersInstalled } from '../peers/install.ts';
import { type BothLibraries, bothLibraries } from './both-libraries.ts';

interface Ran {
  readonly data: readonly number[];
  readonly again: readonly number[];
}

/** One script, twice: only the name that it imports differs. */
describe.skipIf(!hasReference || !peersInstalled())('a script written for onnxruntime', () => {
  let both: BothLibraries;
  beforeAll(async () => {
    both = await bothLibraries();
  });
  afterAll(() => both.remove());

  test.each(['mnist_8/model.onnx', 'squeezenet_fp16/squeezenet1.1_fp32.onnx'])(
    'gives the same for %s after a change of its import',
    async (name) => {
      const model = referencePath('models', name);
      const golden = join(dirname(model), `${basename(name, '.onnx')}.golden`);
      const data = name.startsWith('mnist') ? dirname(model) : golden;
      const [set] = readdirSync(data).filter((each) => each.startsWith('test_data_set'));
      const { tensor } = await readTensorFile(join(data, set!, 'input_0.pb'));
      const input = join(both.folder, 'input.bin');
      writeFileSync(input, new Uint8Array((tensor.data as Float32Array).buffer));
      const args = [model, input, tensor.dims.join(',')];
      const expected = await both.run<readonly Ran[]>('onnxruntime-script.mjs', 'onnxruntime-node', args);
      const got = await both.run<readonly Ran[]>('onnxruntime-script.mjs', 'netwright', args);
      const plain = (runs: readonly Ran[]) => runs.map((each) => ({ ...each, data: [], again: [] }));
      expect(plain(got)).toEqual(plain(expected));
      for (const i of [0, 1]) {
        expect(largestError(got[i]!.data, expected[i]!.data)).toBeLessThan(1e-4);
        expect(got[i]!.again).toEqual(got[i]!.data);
      }
    },
  );
});

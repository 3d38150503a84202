import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildLibrary } from '../../build/build.mjs';
import { buildKernels } from '../../build/kernels.mjs';
import { hasReference, largestError, readTensorFile, referencePath } from '../conformance/reference-data.ts';
import { peersFolder, peersInstalled } from '../peers/install.ts';

interface Ran {
  readonly data: readonly number[];
  readonly again: readonly number[];
}

/** One script, twice: only the name that it imports differs. */
describe.skipIf(!hasReference || !peersInstalled())('a script written for onnxruntime', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-script-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    const root = resolve(import.meta.dirname, '../..');
    const library = join(folder, 'node_modules/netwright');
    cpSync(join(root, 'package.json'), join(library, 'package.json'));
    await buildLibrary(join(library, 'out/lib'));
    const { outDir } = await buildKernels();
    cpSync(outDir, join(library, 'out/lib/cpu'), { recursive: true });
    for (const name of ['onnxruntime-node', 'onnxruntime-common'])
      symlinkSync(join(peersFolder, 'node_modules', name), join(folder, 'node_modules', name));
  }, 180_000);

  async function run(library: string, args: readonly string[]): Promise<readonly Ran[]> {
    const text = readFileSync(join(import.meta.dirname, 'onnxruntime-script.mjs'), 'utf8');
    const file = join(folder, `${library}.mjs`);
    writeFileSync(file, text.replace("'LIBRARY'", `'${library}'`));
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  }

  test.each(['mnist_8/model.onnx', 'squeezenet_fp16/squeezenet1.1_fp32.onnx'])(
    'gives the same for %s after a change of its import',
    async (name) => {
      const model = referencePath('models', name);
      const golden = join(dirname(model), `${basename(name, '.onnx')}.golden`);
      const data = name.startsWith('mnist') ? dirname(model) : golden;
      const [set] = readdirSync(data).filter((each) => each.startsWith('test_data_set'));
      const { tensor } = await readTensorFile(join(data, set!, 'input_0.pb'));
      const input = join(folder, 'input.bin');
      writeFileSync(input, new Uint8Array((tensor.data as Float32Array).buffer));
      const args = [model, input, tensor.dims.join(',')];
      const expected = await run('onnxruntime-node', args);
      const got = await run('netwright', args);
      const plain = (runs: readonly Ran[]) => runs.map((each) => ({ ...each, data: [], again: [] }));
      expect(plain(got)).toEqual(plain(expected));
      for (const i of [0, 1]) {
        expect(largestError(got[i]!.data, expected[i]!.data)).toBeLessThan(1e-4);
        expect(got[i]!.again).toEqual(got[i]!.data);
      }
    },
    120_000,
  );
});

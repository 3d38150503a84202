import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../build/kernels.mjs';
import { Tensor } from '../../shared/base/tensor.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { zooNetwork } from '../bench/zoo-network.ts';
import { randomNumbers, randomTensor, randomWeights, relativeError } from '../runtime/cpu/direct.ts';
import { thoroughness } from '../thorough.ts';
import { EngineProcess } from './engine-process.ts';
import { peersFolder, peersInstalled } from './install.ts';
import { onnxModel } from './onnx-model.ts';

/** Of the others, torchvision's exports tell the same. */
const networks = [
  'googlenet-paper',
  'resnet50',
  'mobilenet_v2',
  ...(thoroughness > 0 ? ['alexnet', 'googlenet', 'resnet18', 'squeezenet1_1'] : []),
];

let folder = '';
let directory: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-peers-'));
  const { outDir } = await buildKernels();
  directory = pathToFileURL(`${outDir}/`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** onnxruntime-node judges from outside: it reads its own file and shares no code with the engine. */
describe.skipIf(!peersInstalled())(
  'whole networks agree with onnxruntime-node (npm ci in tests/peers)',
  () => {
    test.each(networks)('%s', async (id) => {
      const network = zooNetwork(id);
      const next = randomNumbers(5);
      const weights = randomWeights(network, next);
      const file = join(folder, `${id}.onnx`);
      await writeFile(file, onnxModel(network, weights));
      const { id: name, outputDims } = network.steps[network.inputs[0]!]!;
      const image = randomTensor(outputDims[0]!, next);
      const judge = await EngineProcess.start(
        'onnxruntime-node',
        join(peersFolder, 'peer.mjs'),
        ['onnxruntime-node', file, '1'],
        [],
      );
      try {
        const expected = (await judge.run(image.data, image.dims, true)).data!;
        for (const threads of [1, 2]) {
          const executable = await createCpuBackend(createNodeHost({ directory })).prepare(network, weights, {
            threads,
          });
          const { outputs } = await executable.run({ [name]: image });
          const [actual] = Object.values(outputs);
          expect(relativeError(actual!, new Tensor('float32', expected, actual!.dims))).toBeLessThan(1e-4);
          await executable.release();
        }
      } finally {
        judge.stop();
        await rm(file);
      }
    });
  },
);

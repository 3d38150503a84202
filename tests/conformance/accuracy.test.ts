import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '../../cli/image.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { type ModelSession, openModel } from '../../shared/models/open-model.ts';
import { imageToTensor, preprocessingNamed, topK } from '../../shared/runtime/image.ts';
import { EngineProcess } from '../peers/engine-process.ts';
import { peersFolder, peersInstalled } from '../peers/install.ts';
import { registerCpu } from './backends.ts';
import { hasReference, largestError, readTensorFile, referencePath } from './reference-data.ts';

async function open(name: string): Promise<ModelSession> {
  const bytes = readFileSync(referencePath('models', name));
  return openModel(bytesSource(bytes), { backend: 'cpu', threads: 2 });
}

async function scoresOf(session: ModelSession, x: Tensor): Promise<Float32Array> {
  const outputs = await session.run({ [session.inputNames[0]!]: x });
  return outputs[session.outputNames[0]!]!.data;
}

function largestAt(scores: Float32Array): number {
  return scores.indexOf(Math.max(...scores));
}

describe.skipIf(!hasReference)('trained models see what there is', () => {
  beforeAll(registerCpu);

  /** Photographs and what may be said of them: ImageNet tells cats apart more finely than a photograph shows. */
  test.each([
    ['ortex_goldfish.jpg', /goldfish/],
    ['caffe_cat.jpg', /Egyptian cat|tabby|tiger cat/],
    ['winml_kitten_224.png', /Egyptian cat|tabby|tiger cat/],
    ['keras_elephant.jpg', /elephant|tusker/],
    ['ortex_dog.jpg', /retriever|terrier|hound|spaniel|setter|dog|collie|Samoyed|malamute|husky|pug|corgi/],
  ])('SqueezeNet 1.1 names %s', async (file, name) => {
    const session = await open('squeezenet_fp16/squeezenet1.1_fp32.onnx');
    const names = readFileSync(referencePath('images/imagenet-synset.txt'), 'utf8').trim().split('\n');
    const pixels = await readImage(referencePath('images', file));
    const scores = await scoresOf(
      session,
      imageToTensor(pixels, [3, 224, 224], preprocessingNamed('caffe', [224, 224])),
    );
    await session.release();
    const [best] = topK(scores, 1);
    expect(names[best!.index]).toMatch(name);
  });

  test('MNIST: 98.9 % of the 10,000 test images are read rightly', async () => {
    const session = await open('mnist_8/model.onnx');
    const unpacked = (name: string) => gunzipSync(readFileSync(referencePath('images/mnist', name)));
    const images = unpacked('t10k-images-idx3-ubyte.gz').subarray(16);
    const labels = unpacked('t10k-labels-idx1-ubyte.gz').subarray(8);
    let right = 0;
    for (const [i, label] of labels.entries()) {
      const x = Float32Array.from(images.subarray(i * 784, (i + 1) * 784));
      const scores = await scoresOf(session, new Tensor('float32', x, [1, 1, 28, 28]));
      right += Number(largestAt(scores) === label);
    }
    await session.release();
    expect(labels).toHaveLength(10_000);
    expect(right / labels.length).toBeGreaterThanOrEqual(0.989);
  });

  const RESNET8 = 'mlperf_tiny/resnet8_cifar10.onnx';

  test('CIFAR-10: ResNet-8 gives what its manifest states for its three inputs', async () => {
    const session = await open(RESNET8);
    for (const set of [0, 1, 2]) {
      const folder = referencePath('models/mlperf_tiny/resnet8_cifar10.golden', `test_data_set_${set}`);
      const { tensor: x } = await readTensorFile(join(folder, 'input_0.pb'));
      const { tensor: y } = await readTensorFile(join(folder, 'output_0.pb'));
      const scores = await scoresOf(session, x.toFloat());
      expect(largestError(scores, y.toFloat().data)).toBeLessThan(1e-4);
      expect(largestAt(scores)).toBe(largestAt(y.toFloat().data));
    }
    await session.release();
  });

  /** MLPerf Tiny asks 85 % of this network over all test images; these are a hundred of them. */
  test('CIFAR-10: ResNet-8 sees in each image what onnxruntime sees, and is right as often as published', async () => {
    const session = await open(RESNET8);
    const peer = peersInstalled()
      ? await EngineProcess.start(
          'onnxruntime-node',
          join(peersFolder, 'peer.mjs'),
          ['onnxruntime-node', referencePath('models', RESNET8), '1'],
          [],
        )
      : undefined;
    const rows = readFileSync(referencePath('images/cifar10/eran_cifar10_test.csv'), 'utf8')
      .trim()
      .split('\n');
    let right = 0;
    for (const row of rows) {
      const [label, ...values] = row.split(',').map(Number);
      const x = planesOf(values);
      const scores = await scoresOf(session, x);
      right += Number(largestAt(scores) === label);
      const seen = await peer?.run(x.data, x.dims, true);
      if (!seen?.data) continue;
      expect(largestError(scores, seen.data)).toBeLessThan(1e-4);
      expect(largestAt(scores)).toBe(largestAt(seen.data));
    }
    peer?.stop();
    await session.release();
    expect(rows).toHaveLength(100);
    expect(right).toBeGreaterThanOrEqual(85);
  });
});

/** The rows hold red, green, blue pixel by pixel; the network takes planes. */
function planesOf(values: readonly number[]): Tensor {
  const data = Float32Array.from({ length: 3072 }, (_, i) => values[(i % 1024) * 3 + Math.floor(i / 1024)]!);
  return new Tensor('float32', data, [1, 3, 32, 32]);
}

import { expect, test } from 'vitest';
import { compile } from '../../../shared/runtime/webgl/compile.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { transformer, windowedTransformer } from '../transformer.ts';

/** What any device gives that the standard allows. */
const limits = { maxTextureSize: 8192, drawBuffers: 4, precision: 'single' } as const;

/** Every network of the table of benchmarks has shaders for all of its layers: nothing is left to another backend. */
test.each([
  'alexnet',
  'vgg16',
  'googlenet',
  'resnet18',
  'resnet50',
  'resnext50_32x4d',
  'densenet121',
  'inception_v3',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'mnasnet0_5',
  'shufflenet_v2_x1_0',
  'regnet_y_400mf',
  'efficientnet_b0',
  'convnext_tiny',
])('%s runs wholly on WebGL', (id) => {
  expectWhole(zooNetwork(id));
});

test.each([false, true])('a transformer runs wholly on WebGL, heads apart: %s', (apart) => {
  expectWhole(transformer(1, apart));
});

test('a transformer of shifted windows runs wholly on WebGL', () => {
  expectWhole(windowedTransformer());
});

/** Weights are packed when they are uploaded: a plan needs none. */
function expectWhole(network: ReturnType<typeof zooNetwork>): void {
  const compiled = compile(network, {}, limits);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  expect([...compiled.plan.hosted]).toEqual([]);
  expect(compiled.plan.steps.filter(({ kind }) => kind === 'host')).toEqual([]);
}

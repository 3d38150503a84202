import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { inWords } from '../../../shared/base/messages.ts';
import type { Backend } from '../../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { runsByReference } from '../../../shared/runtime/plan/lowerings.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { computing } from '../../layers/samples.ts';
import { thoroughness } from '../../thorough.ts';
import { attentions } from '../cpu/attentions.ts';
import { networkOf } from '../networks.ts';
import { classifyingTransformer } from '../transformer.ts';
import { chromiumPath, type OpenPage, openPage } from '../webgl/browser.ts';
import { anyCases, layerCases } from '../webgl/cases.ts';
import type { AnyCase, BatchedAttention, LayerCase } from '../webgl/page/layers.ts';
import { pictureFor } from '../webgl/page/picture.ts';
import type { TestPage } from './page.ts';

declare const page: TestPage;

/** The adapter of Chromium on a machine without a graphics card is behind a flag. */
const SWITCHES = ['--enable-unsafe-webgpu'];

let browser: OpenPage;
beforeAll(async () => {
  if (chromiumPath) browser = await openPage(fileURLToPath(new URL('page.ts', import.meta.url)), SWITCHES);
});
afterAll(async () => {
  await browser?.close();
});

/** Largest error relative to the output's root mean square; thousands of terms are summed one after the other. */
const TOLERANCE = 5e-5;
const WINOGRAD_TOLERANCE = 1e-4;

type Case = LayerCase | AnyCase | BatchedAttention;

/** What is wrong with each of some cases that the page ran; those that it refused are told by their word. */
async function wrongOf(cases: readonly Case[]): Promise<readonly string[]> {
  const outcomes = await browser.page.evaluate((list) => page.runCases(list), cases);
  return outcomes.flatMap((outcome, i) => {
    const what = JSON.stringify(cases[i]);
    if (typeof outcome === 'string') return [`${what}: ${outcome}`];
    const winograd = outcome.algorithms.some((name) => name.startsWith('Winograd'));
    const isRight = outcome.error <= (winograd ? WINOGRAD_TOLERANCE : TOLERANCE);
    return isRight ? [] : [`${what}: off by ${outcome.error} with ${outcome.algorithms.join(' → ')}`];
  });
}

/** Compiling kernels is what takes the time: a share of the cases, and all of them for who is thorough. */
const some = <T>(cases: readonly T[]): readonly T[] =>
  thoroughness > 0 ? cases : cases.slice(0, Math.ceil(cases.length * 0.3));

/** Layers whose work is none: inputs and outputs are part of every other case. */
const kinds = computing.filter((kind) => kind !== 'input' && kind !== 'output');

describe.skipIf(!chromiumPath)('in Chromium, WebGPU agrees with forward', () => {
  test.each(layerCases)('$name', { timeout: 600_000 }, async ({ cases }) => {
    expect(await wrongOf(some(cases))).toEqual([]);
  });

  test('attention among tokens that lie in a map, in one step', { timeout: 600_000 }, async () => {
    const cases = attentions.map((attention, i): BatchedAttention => ({ attention, batch: 1 + (i % 2) }));
    expect(await wrongOf(some(cases))).toEqual([]);
  });

  test('each layer by itself, unless it has no kernel, which is told', { timeout: 600_000 }, async () => {
    const cases = kinds.flatMap((kind) => (thoroughness > 0 ? anyCases(kind) : anyCases(kind).slice(0, 1)));
    const hasKernel = ({ kind, params }: AnyCase): boolean => !runsByReference(kind, params);
    expect(await wrongOf(cases.filter(hasKernel))).toEqual([]);
    const without = cases.filter((one) => !hasKernel(one));
    const said = await browser.page.evaluate((list) => page.runCases(list), without);
    expect(
      said.filter((text) => typeof text !== 'string' || !text.includes('has no kernel for WebGPU')),
    ).toEqual([]);
    expect(without.length).toBeGreaterThan(20);
  });
});

/** Windows of 7×7, norms of channels, products and layer scale, as ConvNeXt has them, with fewer of them. */
const smallConvNext = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 64, 64] } },
  { id: 'stem', kind: 'conv2d', params: { channels: 48, kernel: [4, 4], stride: [4, 4] }, from: ['x'] },
  {
    id: 'dw',
    kind: 'conv2d',
    params: { channels: 48, groups: 48, kernel: [7, 7], padding: 'same' },
    from: ['stem'],
  },
  { id: 'last', kind: 'transpose', params: { perm: [0, 2, 3, 1] }, from: ['dw'] },
  { id: 'norm', kind: 'layerNorm', params: { axis: -1 }, from: ['last'] },
  { id: 'wide', kind: 'linear', params: { features: 192, tokens: true }, from: ['norm'] },
  { id: 'gelu', kind: 'gelu', from: ['wide'] },
  { id: 'narrow', kind: 'linear', params: { features: 48, tokens: true }, from: ['gelu'] },
  { id: 'gamma', kind: 'constant', params: { shape: [48] } },
  { id: 'scaled', kind: 'multiply', from: ['narrow', 'gamma'] },
  { id: 'first', kind: 'transpose', params: { perm: [0, 3, 1, 2] }, from: ['scaled'] },
  { id: 'sum', kind: 'add', from: ['stem', 'first'] },
  { id: 'down', kind: 'conv2d', params: { channels: 96, kernel: [2, 2], stride: [2, 2] }, from: ['sum'] },
  { id: 'mean', kind: 'globalAvgPool', from: ['down'] },
  { id: 'flat', kind: 'flatten', from: ['mean'] },
  { id: 'head', kind: 'linear', params: { features: 10 }, from: ['flat'] },
]);

const lenet = zooNetwork('lenet');
/** An adapter on the processor takes seconds for pictures of the published size: that is for who is thorough. */
const MOST = thoroughness > 0 ? 1024 : 112;

describe.skipIf(!chromiumPath)('whole networks', () => {
  let cpu: Backend;
  beforeAll(async () => {
    const { outDir } = await buildKernels();
    cpu = createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) }));
  });

  /** The largest difference from the CPU engine, of all outputs and nodes asked for, relative to their root mean square. */
  async function worst(network: FlatNetwork, also: readonly string[], batch: number) {
    const executable = await cpu.prepare(network, seededWeights(network, 1), { threads: 1 });
    const { outputs: expected } = await executable.run(pictureFor(network, batch), { also });
    await executable.release();
    const { outputs, algorithms } = await browser.page.evaluate(
      ([given, options]) => page.runNetwork(given, options),
      [network, { also, batch }] as const,
    );
    const errors = Object.entries(expected).map(([id, { data }]) => {
      const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      return data.reduce((most, value, i) => Math.max(most, Math.abs(value - outputs[id]![i]!)), 0) / rms;
    });
    return { error: Math.max(...errors), algorithms };
  }

  test.each([
    ['MobileNetV2', zooNetwork('mobilenet_v2', MOST), [], 1, 'depthwise'],
    [
      'ResNet-18',
      zooNetwork('resnet18', MOST),
      ['layer1.0/relu2', 'layer2.0/bn2'],
      1,
      'Winograd F(4×4, 3×3)',
    ],
    ['a small ConvNeXt, two pictures', smallConvNext, [], 2, 'layer norm'],
    ['a transformer', classifyingTransformer(thoroughness > 0 ? 12 : 1), [], 1, 'attention'],
  ] as const)(
    '%s gives what the CPU engine gives',
    { timeout: 600_000 },
    async (_, network, also, batch, step) => {
      const { error, algorithms } = await worst(network, also, batch);
      expect(error).toBeLessThanOrEqual(1e-4);
      expect(algorithms).toContain(step);
    },
  );

  test('a run that is cancelled stops, and the next one is right', async () => {
    const { error, outputs } = await browser.page.evaluate((given) => page.cancelled(given), lenet);
    expect(error).toBe('AbortError');
    const { outputs: expected } = await browser.page.evaluate((given) => page.runNetwork(given, {}), lenet);
    expect(outputs).toEqual(expected);
  });

  test('a device that is lost is had anew, with the same result', async () => {
    const { before, after, choice } = await browser.page.evaluate(
      (given) => page.runWithLosses(given, true),
      lenet,
    );
    expect(after).toEqual(before);
    expect(choice).toBeUndefined();
  });

  test('where none is to be had, another backend goes on, and says so', async () => {
    const { after, before, choice } = await browser.page.evaluate(
      (given) => page.runWithLosses(given, false),
      lenet,
    );
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(choice?.backend).toBe('reference');
    expect(choice && inWords(choice.why)).toBe(
      'fell back: The graphics device was lost and no other could be had: This browser offers no WebGPU adapter.',
    );
  });

  test.each([
    ['memory', 'webgpu-out-of-memory', /no memory left/],
    ['kernels', 'webgpu-refused', /refused a kernel: .*unexpected token/],
  ] as const)('a device that refuses %s says so', async (what, code, message) => {
    const problem = await browser.page.evaluate(([given, lack]) => page.refusing(given, lack), [
      lenet,
      what,
    ] as const);
    expect(problem).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(problem?.hint).toMatch(/^Run on the CPU/);
  });

  test('a network with a layer that has no kernel is refused with its name', async () => {
    const network = networkOf([
      { id: 'x', kind: 'input', params: { shape: [4] } },
      { id: 'sum', kind: 'cumSum', from: ['x'] },
    ]);
    const problem = await browser.page.evaluate((given) => page.refusal(given), network);
    expect(problem).toMatchObject({ code: 'no-webgpu-kernel', where: { node: 'sum' } });
  });

  test('a software adapter is told as one, which auto does not try', async () => {
    const { available, note, objection } = await browser.page.evaluate(() => page.described());
    expect(available).toBe(true);
    const adapter = inWords(note!);
    expect(objection && inWords(objection)).toBe(
      adapter.includes('swiftshader') ? `its adapter computes on the processor (${adapter})` : undefined,
    );
  });
});

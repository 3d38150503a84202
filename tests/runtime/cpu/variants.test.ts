import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { chooseVariant } from '../../../shared/runtime/cpu/choose-variant.ts';
import type { CpuHost, KernelModule, Variant } from '../../../shared/runtime/cpu/host.ts';
import { variants } from '../../../shared/runtime/cpu/host.ts';
import { createNodeHost, relaxedSimdFlags } from '../../../shared/runtime/cpu/worker/node-host.ts';
import {
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../networks.ts';
import { kernelBytes, openKernels, runDirect } from './direct.ts';

let host: CpuHost;
beforeAll(async () => {
  const { outDir } = await buildKernels();
  host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
});

/** Winograd, gathered and direct products, groups, depthwise and a fully connected layer. */
const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 30, 30] } },
  {
    id: 'a',
    kind: 'conv2d',
    params: { channels: 21, kernel: [5, 5], stride: [2, 2], padding: 'same' },
    from: ['x'],
  },
  { id: 'b', kind: 'conv2d', params: { channels: 40, padding: 'same' }, from: ['a'] },
  { id: 'c', kind: 'conv2d', params: { channels: 36, kernel: [1, 1] }, from: ['b'] },
  { id: 'd', kind: 'conv2d', params: { channels: 36, padding: 'same', groups: 36 }, from: ['c'] },
  { id: 'e', kind: 'conv2d', params: { channels: 24, padding: 'same', groups: 3 }, from: ['d'] },
  { id: 'f', kind: 'flatten', from: ['e'] },
  { id: 'g', kind: 'linear', params: { features: 17 }, from: ['f'] },
  { id: 'y', kind: 'output', from: ['g'] },
]);

describe.each(variants)('the %s kernels', (variant: Variant) => {
  test('agree with forward, for any batch', async ({ skip }) => {
    if (!WebAssembly.validate(await kernelBytes(variant))) skip('this engine lacks an instruction');
    const bench = await openKernels(variant);
    const next = randomNumbers(3);
    const weights = randomWeights(network, next);
    for (const batch of [1, 2, 5]) {
      const feeds = { x: randomTensor([batch, 3, 30, 30], next) };
      const { outputs } = await runDirect(bench, network, weights, feeds, { threads: 2 });
      const expected = runReference(network, weights, feeds).get('y')!;
      expect(relativeError(outputs.get('y')!, expected)).toBeLessThan(1e-4);
    }
  });
});

test('the host has asked for fused multiply-adds where they are behind a flag', async () => {
  expect(relaxedSimdFlags()).toEqual([]);
  expect(await host.compile('relaxed')).toBeDefined();
});

test('the chosen kernels are among those that agree, and the trial says how each did', async () => {
  const { module, trials } = await chooseVariant(host);
  const chosen = trials.find(({ variant }) => variant === module.variant)!;
  expect(chosen.agrees).toBe(true);
  for (const { agrees, milliseconds } of trials) expect(milliseconds !== undefined).toBe(agrees);
});

/** When the optimised code of each build is there, in milliseconds after its first call, and what a product then takes. */
const arrivals: Readonly<Record<Variant, { readonly after: number; readonly microseconds: number }>> = {
  plain: { after: 60, microseconds: 4 },
  relaxed: { after: 90, microseconds: 4 },
  tall: { after: 5, microseconds: 9 },
  wide: { after: 5, microseconds: 8 },
  single: { after: 0, microseconds: 4 },
};

test('a build that is optimised late is waited for, and a tie goes to the one with fused multiply-adds', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  /** A product that takes the time that this build would, at first forty microseconds. */
  const delayed = (variant: Variant): (() => void) => {
    const { after, microseconds } = arrivals[variant];
    let first: number | undefined;
    return () => {
      first ??= now;
      now += (now - first < after ? 40 : microseconds) / 1000;
    };
  };
  const slow: CpuHost = {
    ...host,
    instantiate: async (module, memory) => ({
      ...(await host.instantiate(module, memory)),
      measure: delayed(module.variant),
    }),
  };
  try {
    const { module } = await chooseVariant(slow);
    expect(module.variant).toBe('relaxed');
  } finally {
    clock.mockRestore();
  }
});

test('kernels that compute something else are never chosen, however fast', async () => {
  const broken: CpuHost = {
    ...host,
    async instantiate(module: KernelModule, memory) {
      const kernels = await host.instantiate(module, memory);
      // A build that ends at once, leaving zeros: the fastest there could be.
      return module.variant === 'plain' ? kernels : { ...kernels, run: () => 0 };
    },
  };
  const { module, trials } = await chooseVariant(broken);
  expect(module.variant).toBe('plain');
  for (const { variant, agrees } of trials) expect(agrees).toBe(variant === 'plain');
  await expect(chooseVariant(broken, 'relaxed')).rejects.toThrow('relaxed');
});

import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { buildKernels } from '../../build/kernels.mjs';
import { variants } from '../../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { soak } from './soak.ts';

const threaded = variants.filter((variant) => variant !== 'single');
const NETWORKS = 4;

test.each(threaded)(
  'random networks on real threads give the same, run after run: %s kernels',
  async (variant) => {
    const { outDir } = await buildKernels();
    const host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
    const first = threaded.indexOf(variant) * NETWORKS;
    const numbers = Array.from({ length: NETWORKS }, (_, i) => first + i);
    const { failures, runs } = await soak(host, variant, numbers, {
      batches: [1, 2, 3, 4],
      threads: [1, 2, 3, 4],
      runs: 10,
    });
    expect(failures).toEqual([]);
    expect(runs).toBe(NETWORKS * 160);
  },
);

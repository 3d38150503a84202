import { beforeAll, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { randomTensor } from '../../layers/tensors.ts';

beforeAll(registerCpu);

/** The stems of vision transformers: many pixels, and a depth at which other products go by Strassen's algorithm. */
test.each([
  [16, 160, 512],
  [8, 96, 256],
  [4, 96, 96],
])(
  'patches of %i pixels of a picture of %i become %i channels, as forward has them',
  async (patch, size, channels) => {
    const build = new NetworkBuilder();
    build.input(3, size);
    build.conv('stem', channels, patch, { stride: patch });
    build.add('y', 'output');
    const design = build.design('Patches', '');
    const flat = flatten(analyze(design));
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    const weights = seededWeights(flat.value, 3);
    const feeds = { input: randomTensor([1, 3, size, size], 5) };
    const run = async (backend: 'cpu' | 'reference') => {
      const session = await DesignSession.create(design, { backend, threads: 2, weights });
      const { y } = await session.run(feeds);
      await session.release();
      return y!.data;
    };
    expect(largestError(await run('cpu'), await run('reference'))).toBeLessThan(1e-4);
  },
);

import { beforeAll, describe, expect, it } from 'vitest';
import { exportKeras } from '../../../shared/formats/keras/export.ts';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { thoroughness } from '../../thorough.ts';
import { randomNetwork } from '../random-network.ts';
import { lightest } from '../small.ts';
import { changedByBlack, changedByRuff, hasBlack, hasRuff } from './formatters.ts';
import { otherDesigns, randomCases } from './judge.ts';

const others = Object.entries(otherDesigns(randomNetwork));
const randoms = randomCases
  .slice(0, thoroughness > 0 ? 200 : 60)
  .map((name, seed) => [name, () => randomNetwork(seed)] as const);
const networks = (thoroughness > 0 ? zoo : lightest).map(
  ({ id, build }) => [id.replace(/\W/g, '_'), build] as const,
);

describe.each([
  ['PyTorch', exportPyTorch],
  ['Keras', exportKeras],
] as const)("%s code is left as it is by Python's formatters", (_, write) => {
  const files: Record<string, string> = {};
  beforeAll(() => {
    for (const [name, build] of [...networks, ...others, ...randoms]) {
      const module = write(build());
      if (module.ok) files[name] = module.value.code;
    }
  });

  it.skipIf(!hasBlack)(
    'by black',
    () => {
      expect(Object.keys(files).length).toBeGreaterThan(50);
      expect(changedByBlack(files)).toEqual([]);
    },
    300_000,
  );

  it.skipIf(!hasRuff)(
    'by ruff',
    () => {
      expect(Object.keys(files).length).toBeGreaterThan(50);
      expect(changedByRuff(files)).toEqual([]);
    },
    300_000,
  );
});

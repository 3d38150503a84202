import { describe, expect, it } from 'vitest';
import { catalog } from '../../../shared/blocks/index.ts';
import { SPEC_VERSION } from '../../../shared/formats/spec/format.ts';
import {
  type Migrations,
  migrate,
  specMigrations,
  upgradeParams,
} from '../../../shared/formats/spec/migrations.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { plainNumbers } from '../../../shared/graph/number-types.ts';
import { zoo } from '../../../shared/zoo/index.ts';

describe('older specs', () => {
  const chain: Migrations = {
    1: (spec) => ({ ...spec, title: spec.name ?? '' }),
    2: ({ title, ...spec }) => ({ ...spec, title: `${title}!` }),
  };

  it('walk the chain from their version on', () => {
    expect(migrate({ name: 'a' }, 1, 3, chain)).toEqual({ name: 'a', title: 'a!' });
    expect(migrate({ title: 'a' }, 2, 3, chain)).toEqual({ title: 'a!' });
    expect(migrate({ title: 'a' }, 3, 3, chain)).toEqual({ title: 'a' });
  });

  it('need every link of the chain', () => {
    expect(() => migrate({}, 1, 4, chain)).toThrow(RangeError);
    const links = Array.from({ length: SPEC_VERSION - 1 }, (_, i) => i + 1);
    expect(Object.keys(specMigrations).map(Number)).toEqual(links);
  });
});

describe('a spec of version 2', () => {
  const old = (budget: object): string =>
    JSON.stringify({ netwright: 2, name: 'old', nodes: [{ id: 'a', kind: 'input' }], budget });

  it('keeps what its shares meant: as much more or less', () => {
    const read = readSpec(
      old({
        macs: '5%',
        params: '12.5 %',
        memory: '64MiB',
        baseline: { nodes: [{ id: 'a', kind: 'input' }] },
      }),
    );
    if (!read.ok) throw new Error(read.problems[0]?.message);
    expect(read.value.budget.limits).toEqual({
      macs: { kind: 'within', percent: 5 },
      params: { kind: 'within', percent: 12.5 },
      memory: { kind: 'absolute', max: 64 * 1024 ** 2 },
    });
    expect(read.value.budget.baseline).toMatchObject({ numbers: plainNumbers, batch: 1 });
    const written = writeSpec(read.value);
    expect(written).toContain('"netwright": 3');
    expect(written).toContain('"macs": "±5%"');
    expect(readSpec(written)).toEqual(read);
  });

  it('is refused where it was wrong, with the value that stands in the file', () => {
    const read = readSpec(old({ macs: 'few', params: '5%' }));
    expect(read).toMatchObject({ ok: false, problems: [{ where: { path: '$.budget.macs' } }] });
    expect(readSpec(old([]))).toMatchObject({ ok: false, problems: [{ where: { path: '$.budget' } }] });
  });

  it('is what every zoo network and sample of version 3 is but for its version', () => {
    for (const { build } of zoo) {
      const design = build();
      const text = writeSpec(design).replace('"netwright": 3', '"netwright": 2');
      expect(readSpec(text)).toEqual({ ok: true, value: design });
    }
  });
});

describe('parameters of older layers', () => {
  it('walk the upgrades of their layer', () => {
    const layer = {
      version: 3,
      upgrades: {
        1: ({ filters, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, channels: filters }),
        2: (params: Readonly<Record<string, unknown>>) => ({ ...params, bias: true }),
      },
    };
    expect(upgradeParams(layer, { filters: 8 }, 1)).toEqual({ channels: 8, bias: true });
    expect(upgradeParams(layer, { channels: 8 }, 2)).toEqual({ channels: 8, bias: true });
    expect(upgradeParams(layer, { channels: 8 }, 3)).toEqual({ channels: 8 });
  });

  it.each(Object.values(catalog).map(({ kind, version, upgrades }) => ({ kind, version, upgrades })))(
    'has an upgrade from every version of $kind',
    ({ version, upgrades }) => {
      const links = Array.from({ length: version - 1 }, (_, i) => i + 1);
      expect(Object.keys(upgrades).map(Number)).toEqual(links);
    },
  );
});

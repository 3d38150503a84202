import { describe, expect, it } from 'vitest';
import { catalog } from '../../../shared/blocks/index.ts';
import { SPEC_VERSION } from '../../../shared/formats/spec/format.ts';
import {
  type Migrations,
  migrate,
  specMigrations,
  upgradeParams,
} from '../../../shared/formats/spec/migrations.ts';

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

import { describe, expect, it } from 'vitest';
import { familiesOf, findNetworks } from '../../renderer/features/start/families.ts';
import { zoo } from '../../shared/zoo/index.ts';

describe('the networks of the start page', () => {
  it('are all in one family each, in which several are, or with those that have no relatives', () => {
    const families = familiesOf(zoo);
    expect(
      families
        .flatMap(({ entries }) => entries)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(zoo.map(({ id }) => id).sort());
    for (const { name, entries } of families) {
      if (name === undefined) expect(new Set(entries.map(({ family }) => family)).size).toBe(entries.length);
      else expect(entries.every(({ family }) => family === name) && entries.length > 1).toBe(true);
    }
    expect(families.findIndex(({ name }) => name === undefined)).toBe(families.length - 1);
  });

  it.each([
    ['vgg', 'vgg16'],
    ['resnet 50', 'resnet50'],
    ['1998', 'lenet'],
  ])('%s finds %s', (search, id) => {
    expect(findNetworks(zoo, search).map((entry) => entry.id)).toContain(id);
  });

  it('finds all for nothing, and nothing for nonsense', () => {
    expect(findNetworks(zoo, ' ')).toEqual(zoo);
    expect(findNetworks(zoo, 'xyzzy')).toEqual([]);
  });
});

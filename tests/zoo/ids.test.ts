import { expect, expectTypeOf, it } from 'vitest';
import type { ZooEntry } from '../../shared/zoo/define.ts';
import { zooIds } from '../../shared/zoo/ids.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

it('the compiler knows every published network by its id, and no other', () => {
  expect(zoo.map(({ id }) => id)).toEqual(zooIds);
  expectTypeOf(zooEntry('resnet18')).toEqualTypeOf<ZooEntry>();
  expectTypeOf(zooEntry('resnet18' as string)).toEqualTypeOf<ZooEntry | undefined>();
});

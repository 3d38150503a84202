import { describe, expect, it } from 'vitest';
import { innerNode } from '../../shared/blocks/expansion.ts';
import { sameEffect } from '../../shared/blocks/pattern.ts';
import { layerOf } from '../../shared/layers/index.ts';
import { defaultsOf } from '../../shared/schema/params.ts';

describe('a node inside of a block', () => {
  const inside = (decided: object) =>
    innerNode(
      { nodes: [{ id: 'a', kind: 'relu', params: {}, from: ['@in'], ...decided }], outputs: { out: 'a' } },
      'a',
    );

  it('has what was decided about it, and no key of what was not', () => {
    expect(Object.keys(inside({}))).toEqual(['kind', 'params']);
    expect(inside({ bypass: true })).toMatchObject({ bypass: true });
    expect(Object.keys(inside({ bypass: false }))).toEqual(['kind', 'params']);
  });
});

describe('parameters have the same effect', () => {
  const conv = (padding: 'same' | readonly number[]) => ({
    ...defaultsOf(layerOf('conv2d').params),
    padding,
  });

  it.each([
    ['same', 'same', true],
    ['same', [1, 1, 1, 1], false],
    [[1, 1, 1, 1], 'same', false],
    [[1, 1, 1, 1], [1, 1, 1, 1], true],
    [[1, 1, 1, 1], [1, 1, 1, 2], false],
  ] as const)('of padding %j and %j: %s', (a, b, same) => {
    expect(sameEffect('conv2d', conv(a), conv(b))).toBe(same);
  });
});

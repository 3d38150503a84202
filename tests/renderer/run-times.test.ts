import { describe, expect, test } from 'vitest';
import { nodesOfStep, timesByNode } from '../../renderer/state/run/run-times.ts';
import type { StepProfile } from '../../shared/runtime/backend.ts';

const step = (milliseconds: number, ...nodes: string[]): StepProfile => ({
  nodes,
  milliseconds,
  algorithm: 'direct',
  macs: 1,
  bytes: 4,
});

describe('the time of a run by node of the canvas', () => {
  const times = timesByNode([
    step(1, 'x'),
    step(8, 'conv1', 'bn1', 'relu1'),
    step(2, 'pool'),
    // A block of two convolutions, of which the second is fused with the sum inside and the activation behind the block.
    step(5, 'block/conv1', 'block/relu1'),
    step(7, 'block/conv2', 'block/add', 'relu2'),
    step(3, 'y'),
  ]);

  test.each<[string, number, readonly string[]]>([
    ['x', 1, []],
    ['conv1', 8, ['bn1', 'relu1']],
    ['bn1', 8, ['conv1', 'relu1']],
    ['relu1', 8, ['conv1', 'bn1']],
    ['pool', 2, []],
    ['block', 12, ['relu2']],
    ['relu2', 7, ['block']],
  ])('%s took %d ms, together with %j', (node, milliseconds, fusedWith) => {
    expect(times.get(node)).toEqual({ milliseconds, fusedWith });
  });

  test('a step has each of its nodes once', () => {
    expect(nodesOfStep({ nodes: ['block/conv2', 'block/add', 'relu2'] })).toEqual(['block', 'relu2']);
  });
});

import { describe, expect, it } from 'vitest';
import { addablesOf, nodeOf } from '../../../renderer/layout/addable.ts';
import { findAddables } from '../../../renderer/layout/find-addable.ts';
import { fittings } from '../../../renderer/layout/fitting.ts';

const all = addablesOf({}, undefined);
const find = (query: string, recent: readonly string[] = []): readonly string[] =>
  findAddables(all, query, recent).map(({ id }) => id);

describe('a layer is found by the words of the field', () => {
  it.each([
    ['max', 'maxPool'],
    ['maxpool', 'maxPool'],
    ['avg', 'avgPool'],
    ['sum', 'add'],
    ['plus', 'add'],
    ['dw', 'conv2d/depthwise'],
    ['depthwise', 'conv2d/depthwise'],
    ['depthwise separable', 'separableConv'],
    ['1x1', 'conv2d/pointwise'],
    ['pointwise', 'conv2d/pointwise'],
    ['conv', 'conv2d'],
    ['bn', 'batchNorm'],
    ['fc', 'linear'],
    ['dense', 'linear'],
    ['gap', 'globalAvgPool'],
    ['resblock', 'residual'],
    ['se', 'squeezeExcite'],
    ['mbconv', 'invertedResidual'],
    ['deconv', 'convTranspose2d'],
    ['upsample', 'resize'],
    ['cat', 'concat'],
    ['swish', 'silu'],
    ['relu6', 'clip'],
    ['flat', 'flatten'],
    ['卷积', 'conv2d'],
    ['最大池化', 'maxPool'],
    ['全连接', 'linear'],
    ['批归一化', 'batchNorm'],
    ['残差', 'residual'],
    ['深度卷积', 'conv2d/depthwise'],
    ['全局平均池化', 'globalAvgPool'],
    ['展平', 'flatten'],
    ['相加', 'add'],
  ])('%s → %s', (query, id) => expect(find(query)[0]).toBe(id));

  it('skip means the sum and the block that has one', () =>
    expect(find('skip').slice(0, 2)).toEqual(['add', 'residual']));

  it('of equals the recent one comes first, and recent ones where nothing is typed', () => {
    expect(find('norm')[0]).not.toBe('groupNorm');
    expect(find('ln', ['log'])[0]).toBe('log');
    expect(find('', ['tanh', 'add']).slice(0, 2)).toEqual(['tanh', 'add']);
  });

  it('finds nothing for what nobody calls a layer', () => expect(find('xyzzy')).toEqual([]));

  it('has uses whose parameters are the layer’s own', () => {
    for (const added of all) {
      const { params } = nodeOf(added, 32);
      expect(Object.keys(params).sort()).toEqual(
        Object.keys(nodeOf({ ...added, variant: undefined! }).params).sort(),
      );
    }
    expect(nodeOf(all.find(({ id }) => id === 'conv2d/depthwise')!, 32).params).toMatchObject({
      channels: 32,
      groups: 32,
    });
  });
});

describe('what fits behind a tensor', () => {
  const behind = (dims: readonly number[]): readonly string[] =>
    fittings(all, dims, {}).flatMap(({ added, misfit }) => (misfit === undefined ? added.id : []));

  it('after a vector: fully connected, activation, softmax; no convolution', () => {
    const ids = behind([1, 512]);
    expect(ids.slice(0, 3)).toEqual(['linear', 'relu', 'softmax']);
    expect(ids).not.toContain('conv2d');
    expect(ids).not.toContain('maxPool');
    expect(ids).not.toContain('residual');
  });

  it('after a map: convolutions first', () => {
    const ids = behind([1, 64, 56, 56]);
    expect(ids[0]).toBe('conv2d');
    expect(ids).toEqual(
      expect.arrayContaining([
        'maxPool',
        'batchNorm',
        'residual',
        'conv2d/depthwise',
        'conv2d/same',
        'conv2d/dilated',
        'conv2d/pointwise',
      ]),
    );
  });

  it('what does not fit says why', () => {
    const conv = fittings(all, [1, 512], {}).find(({ added }) => added.id === 'conv2d');
    expect(conv?.misfit).toMatch(/map|512/);
  });
});

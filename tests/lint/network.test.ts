import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import {
  isGlobalPool,
  isMaxPool,
  type Network,
  networkOf,
  reportAt,
  type Step,
  separableConvolutions,
} from '../../shared/lint/network.ts';
import { common, nameWithin, phraseInWords } from '../../shared/lint/phrases.ts';
import { layerAt, rowFrom } from '../../shared/lint/rows.ts';
import { conv, depthwise, network, pointwise } from '../../shared/lint/rule-examples.ts';

function analysisOf(spec: object): Analysis {
  const read = readSpecObject(spec);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return analyze(read.value);
}
const of = (spec: object): Network => networkOf(analysisOf(spec));
const at = ({ steps }: Network, id: string): Step => steps.find(({ facts }) => facts.id === id)!;
const names = (steps: readonly Step[]) => steps.map(({ facts }) => facts.id);

describe('what a layer is for', () => {
  /** Worked out by each test: what is worked out at loading is nobody's. */
  const all = () =>
    of(
      network(
        [8, 16, 16],
        conv('conv', 8, { stride: 2 }),
        ['up', 'convTranspose2d', { channels: 8, kernel: 2, stride: 2 }],
        ['sum', 'add', {}, ['up', 'input']],
        ['cat', 'concat', {}, ['up', 'sum']],
        ['bn', 'batchNorm', {}, 'cat'],
        ['relu', 'relu'],
        ['drop', 'dropout'],
        ['max', 'maxPool'],
        ['power', 'lpPool', { kernel: 2, stride: 2 }],
        ['mean', 'avgPool', { kernel: 2, stride: 2 }],
        ['share', 'softmax'],
        ['whole', 'globalMaxPool'],
      ),
    );

  it.each([
    ['conv', ['convolution']],
    // It has learned filters and a window, and makes a map larger.
    ['up', []],
    ['sum', ['sum']],
    ['cat', ['concat']],
    ['bn', ['norm']],
    ['relu', ['activation']],
    ['drop', []],
    ['max', []],
    // Of a whole axis, not element by element.
    ['share', []],
  ])('%s: %j', (id, roles) => {
    const { is } = at(all(), id);
    expect(Object.entries(is).flatMap(([role, plays]) => (plays ? [role] : []))).toEqual(roles);
  });

  it('a maximum is a pool that is neither a mean nor a norm, nor of the whole map', () => {
    expect(names(all().steps.filter(isMaxPool))).toEqual(['max']);
    expect(names(all().steps.filter(isGlobalPool))).toEqual(['whole']);
  });
});

it('a pool that fits nowhere is none of the whole map', () => {
  const { steps } = of(network([8, 16, 16], ['pool', 'maxPool', { kernel: 20 }]));
  expect(names(steps)).toEqual(['input', 'pool']);
  expect(steps.some(isGlobalPool)).toBe(false);
});

describe('a residual block', () => {
  const block = (...lines: Parameters<typeof network>[1][]) => {
    const [residual, ...others] = of(network([8, 16, 16], ...lines)).residuals;
    expect(others).toEqual([]);
    return residual && [names(residual.branch), names(residual.shortcut), residual.fork.facts.id];
  };

  it('has its weights in the branch, whichever way the sum names first', () => {
    const lines = [conv('a', 8), ['relu', 'relu'], conv('b', 8)] as const;
    for (const order of [
      ['b', 'input'],
      ['input', 'b'],
    ])
      expect(block(...lines, ['sum', 'add', {}, order])).toEqual([['a', 'relu', 'b'], [], 'input']);
  });

  it('has more of them there than in the shortcut, were the shortcut longer', () => {
    const lines = [
      conv('a', 8, {}, 'input'),
      conv('b', 8),
      pointwise('p', 8, {}, 'input'),
      ['bn', 'batchNorm'],
      ['relu', 'relu'],
    ] as const;
    for (const order of [
      ['b', 'relu'],
      ['relu', 'b'],
    ])
      expect(block(...lines, ['sum', 'add', {}, order])).toEqual([['a', 'b'], ['p', 'bn', 'relu'], 'input']);
  });

  it('has the longer way for its branch where both have as many', () => {
    const lines = [conv('a', 8, {}, 'input'), ['bn', 'batchNorm'], pointwise('p', 8, {}, 'input')] as const;
    for (const order of [
      ['bn', 'p'],
      ['p', 'bn'],
    ])
      expect(block(...lines, ['sum', 'add', {}, order])).toEqual([['a', 'bn'], ['p'], 'input']);
  });
});

it('a depthwise convolution is separable where one of those behind it is a 1×1', () => {
  const both = of(
    network([8, 16, 16], depthwise('dw', 8), pointwise('pw', 16, {}, 'dw'), conv('other', 8, {}, 'dw')),
  );
  const found = [...separableConvolutions(both)];
  expect(found.map(({ depthwise: step, values }) => [step.facts.id, values])).toEqual([['dw', 8 * 16 ** 2]]);
});

describe('what stands at a node', () => {
  const says = common('node', { name: 'a' });
  const fix = { title: says, safety: 'suggested', edit() {} } as const;

  it('is mended there, and what is inside of a block where the block is open', () => {
    const { steps } = of(network([8, 16, 16], conv('a', 8), ['block', 'convBnRelu', { channels: 8 }]));
    const inner = steps.find(({ owner, group }) => owner.id === 'block' && group === 'convolution')!;
    expect(reportAt(at({ steps } as Network, 'a'), says, fix)).toEqual({ node: 'a', says, fix });
    expect(reportAt(inner, says, fix)).toEqual({ node: 'block', says });
    expect(phraseInWords(nameWithin(inner.owner, inner.facts))).toBe('"conv" inside "block"');
  });
});

describe('rows to time', () => {
  it('read beside what the row hands on what else a layer has', () => {
    const { steps } = of(network([8, 16, 16], conv('a', 8), ['sum', 'add', {}, ['a', 'input']]));
    expect(layerAt(steps.find(({ facts }) => facts.id === 'sum')!).beside).toEqual([[1, 8, 16, 16]]);
    expect(layerAt(steps.find(({ facts }) => facts.id === 'a')!).beside).toEqual([]);
  });

  it('are none where what comes in is not known', () => {
    expect(rowFrom(undefined)).toEqual([]);
    expect(rowFrom([1, 2])).toEqual([{ into: [1, 2], layers: [] }]);
  });
});

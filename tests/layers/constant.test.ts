import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { matchWeights } from '../../shared/formats/checkpoints/match.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { fillSaid } from '../../shared/layers/constant.ts';

function designWith(constant: object): Design {
  const nodes = [
    { id: 'input', kind: 'input', params: { shape: [3] } },
    { id: 'held', kind: 'constant', ...constant },
    { id: 'sum', kind: 'add', from: ['input', 'held'] },
    { id: 'fc', kind: 'linear', from: 'sum', params: { features: 2, bias: false } },
    { id: 'output', kind: 'output', from: 'fc' },
  ];
  const design = readSpec(JSON.stringify({ netwright: 3, name: 'Held', nodes }));
  if (!design.ok) throw new Error(design.problems[0]!.message);
  return design.value;
}

const problemsOf = (params: object) => analyze(designWith({ params })).problems.map(({ code }) => code);

describe('a constant that says what it holds', () => {
  test('as the mask of shifted windows: the last ones hold what was at both ends', () => {
    const mask = new Float32Array(4 * 4 * 4);
    fillSaid(mask, { kind: 'windows', map: [4, 4], window: [2, 2], shift: [1, 1] });
    const row = (at: number) => [...mask.subarray(4 * at, 4 * at + 4)];
    const windows = [0, 1, 2, 3].map((window) => [0, 1, 2, 3].map((place) => row(4 * window + place)));
    const [o, x] = [0, -100];
    expect(windows).toEqual([
      [
        [o, o, o, o],
        [o, o, o, o],
        [o, o, o, o],
        [o, o, o, o],
      ],
      [
        [o, x, o, x],
        [x, o, x, o],
        [o, x, o, x],
        [x, o, x, o],
      ],
      [
        [o, o, x, x],
        [o, o, x, x],
        [x, x, o, o],
        [x, x, o, o],
      ],
      [
        [o, x, x, x],
        [x, o, x, x],
        [x, x, o, x],
        [x, x, x, o],
      ],
    ]);
  });

  test('as many values as it has elements, and windows that divide the map', () => {
    expect(problemsOf({ shape: [1, 3], values: [1, 2, 3] })).toEqual([]);
    expect(problemsOf({ shape: [1, 3], values: [1, 2] })).toEqual(['values-do-not-fill']);
    expect(problemsOf({ shape: [1, 3], windows: [6, 4, 4, 4, 2, 2] })).toEqual(['no-windows']);
    expect(problemsOf({ shape: [1, 3], windows: [8, 4, 4, 4, 2, 2] })).toEqual(['windows-do-not-fill']);
  });

  test('is no weight that a checkpoint has to have, where the code makes it', async () => {
    const params = { shape: [1, 3], values: [0.5, -1, 2] };
    const tensors = new Map([
      ['fc.weight', { dims: [2, 3], load: async () => new Tensor('float32', new Float32Array(6), [2, 3]) }],
    ]);
    const matched = (constant: object) => {
      const design = designWith(constant);
      const network = flatten(analyze(design));
      if (!network.ok) throw new Error(network.problems[0]!.message);
      return matchWeights(design, network.value, { tensors, ordered: false });
    };
    const { weights, report } = matched({ params, state: { persistent: false } });
    expect([report.loaded, report.wanted, report.missing]).toEqual([1, 1, []]);
    expect([...(await weights.held!.value!.load()).data]).toEqual([0.5, -1, 2]);
    expect(matched({ params }).report.missing.map(({ node }) => node)).toEqual(['held']);
  });
});

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isIssue } from '../../shared/base/problem.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import { type LayerKind, layerOf, layers } from '../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { pythonWith } from '../peers/python.ts';
import { thoroughness } from '../thorough.ts';
import { digestOf } from './digest.ts';
import { type RecordedCase, recordedFile } from './recorded.ts';
import { computing, samplesInTurn, samplesOf } from './samples.ts';
import { randomTensor, randomWeights } from './tensors.ts';

const python = pythonWith('torch');

/** What PyTorch has no single function for; the ONNX conformance cases judge these. */
const without: readonly LayerKind[] = [
  'input',
  'output',
  'constant',
  'spaceToDepth',
  'reshape',
  ...(pythonWith('torchvision') ? [] : (['deformConv2d', 'roiAlign'] as const)),
  // A torchvision's, which knows neither classes nor images.
  'nonMaxSuppression',
  'nonZero',
  ...(['dynamicQuantize', 'quantConv2d', 'quantLinear', 'quantMatmul', 'quantAdd'] as const),
  ...(['quantSoftmax', 'quantAvgPool', 'quantAvgPool1d', 'quantConv1d'] as const),
];
const kinds = computing.filter((kind) => !without.includes(kind));

interface JsonTensor {
  readonly dims: readonly number[];
  readonly data: readonly (number | string)[];
}

interface Case {
  readonly kind: LayerKind;
  readonly params: ParamValues;
  /** From which its random tensors come. */
  readonly seed: number;
  readonly inputs: readonly FloatTensor[];
  readonly weights: Readonly<Record<string, FloatTensor>>;
  readonly results: readonly FloatTensor[];
}

/** So many of a kind are kept for machines without PyTorch. */
const RECORDED = 16;
/** So many layers of a kind are judged. */
const CASES = thoroughness > 0 ? 160 : 80;

/** Random layers that accept their inputs, half of them with default parameters where these suit. */
function casesOf(kind: LayerKind): Case[] {
  const layer = layerOf(kind);
  const cases: Case[] = [];
  let i = -1;
  for (const { params: chosen, inputs: dims } of samplesInTurn(samplesOf(kind, layer), {
    seed: 7,
    numRuns: 160,
  })) {
    i++;
    const params: ParamValues = i % 2 === 0 ? chosen : { ...chosen, ...plainOptions(kind) };
    const outputs = layer.shape({ params, inputs: dims });
    if (isIssue(outputs)) continue;
    const seed = 31 * i;
    const inputs = dims.map((d, j) => randomTensor(d, seed + j));
    const weights = randomWeights(layer.weights({ params, inputs: dims }), seed);
    const tally = { macs: 0, otherOps: 0 };
    const results = layer.forward({ params, inputs, weights, outputs, tally });
    cases.push({ kind, params, seed, inputs, weights, results });
    if (cases.length === CASES) break;
  }
  return cases;
}

/** Options that PyTorch has too, for every second case. */
function plainOptions(kind: LayerKind): ParamValues {
  switch (kind) {
    case 'resize':
      return { ...defaultsOf(layers.resize.params), mode: 'cubic', scales: [1.5, 2.25] };
    case 'selu':
      return defaultsOf(layers.selu.params);
    case 'avgPool':
      return { dilation: [1, 1] };
    case 'flatten':
      return { axis: 1 };
    case 'depthToSpace':
      return { order: 'CRD' };
    default:
      return {};
  }
}

describe.skipIf(python === undefined)('agrees with PyTorch', () => {
  const judged = new Map<LayerKind, { readonly case: Case; readonly expected: readonly JsonTensor[] }[]>();

  beforeAll(() => {
    const cases = kinds.flatMap(casesOf);
    const asJson = ({ dims, data }: FloatTensor) => ({ dims, data: Array.from(data) });
    const input = cases.map(({ kind, params, inputs, weights }) => ({
      kind,
      params,
      inputs: inputs.map(asJson),
      weights: Object.fromEntries(Object.entries(weights).map(([name, t]) => [name, asJson(t)])),
    }));
    const run = spawnSync(python!, [new URL('judge.py', import.meta.url).pathname], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status !== 0) throw new Error(run.stderr);
    const answers = JSON.parse(run.stdout) as readonly (readonly JsonTensor[] | null)[];
    for (const [i, expected] of answers.entries()) {
      if (!expected) continue;
      const of = judged.get(cases[i]!.kind) ?? [];
      judged.set(cases[i]!.kind, [...of, { case: cases[i]!, expected }]);
    }
    if (process.env.NETWRIGHT_RECORD) record(judged);
  });

  test.each(kinds)('%s', (kind) => {
    const cases = judged.get(kind) ?? [];
    expect(cases.length, 'too few cases that PyTorch can judge').toBeGreaterThan(20);
    for (const { case: ours, expected } of cases) {
      for (const [port, { dims, data }] of expected.entries()) {
        const result = ours.results[port]!;
        const about = `${JSON.stringify(ours.params)} on ${ours.inputs.map((x) => x.dims.join('×')).join(', ')}`;
        expect(result.dims, about).toEqual(dims);
        for (const [at, value] of data.entries()) {
          const right = Math.fround(numberOf(value));
          const got = result.data[at]!;
          if (Object.is(got, right) || got === right) continue;
          const error = Math.abs(got - right) / Math.max(1, Math.abs(right));
          expect(error, `${about}: element ${at} is ${got}, not ${right}`).toBeLessThan(2e-6);
        }
      }
    }
  });
});

/** Writes what PyTorch gave, summed up, for machines without it: `recorded.test.ts` holds layers to that. */
function record(
  judged: ReadonlyMap<
    LayerKind,
    readonly { readonly case: Case; readonly expected: readonly JsonTensor[] }[]
  >,
): void {
  const lines = [...judged].flatMap(([kind, cases]) => {
    const defaults: ParamValues = defaultsOf(layerOf(kind).params);
    return cases.slice(0, RECORDED).map(({ case: { params, seed, inputs }, expected }) => {
      const own = Object.entries(params).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
      );
      const outputs = expected.map(({ dims, data }) => {
        const { sum } = digestOf(data.map(numberOf), dims);
        return { dims, sum: Number(sum.toPrecision(9)) };
      });
      const dims = inputs.map((each) => each.dims);
      const each: RecordedCase = { kind, params: Object.fromEntries(own), seed, inputs: dims, outputs };
      return JSON.stringify(each);
    });
  });
  writeFileSync(recordedFile, `${lines.join('\n')}\n`);
}

function numberOf(value: number | string): number {
  if (typeof value === 'number') return value;
  return value === 'nan' ? Number.NaN : value === 'inf' ? Infinity : -Infinity;
}

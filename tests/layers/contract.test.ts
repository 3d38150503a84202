import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Dims, elementCount } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import { numbersOf, symbolsOf } from '../../shared/base/term.ts';
import type { AnyLayer, ExampleValues, Tally, WeightSpec } from '../../shared/layers/define.ts';
import { groups, weightCount } from '../../shared/layers/define.ts';
import { type LayerKind, layerOf, layers } from '../../shared/layers/index.ts';
import { type Json, readParams, writeParams } from '../../shared/schema/codec.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { anyParams, smallParams } from '../schema/arbitraries.ts';
import { thoroughness } from '../thorough.ts';
import { computing, samplesOf, wildSamples } from './samples.ts';
import { randomTensor, randomWeights } from './tensors.ts';

const kinds = Object.keys(layers) as LayerKind[];

/** Random cases of each layer, beside those that are written down: a share of so many, and all for who is thorough. */
const runs = (count: number): number => Math.ceil(count * (thoroughness > 0 ? thoroughness : 0.4));

/** What hands on whatever it is given, and computes nothing. */
const ends: readonly LayerKind[] = ['input', 'output', 'constant'];

/** Parameters as files of earlier versions wrote them, per layer and version. A new upgrade is not done without one. */
const oldForms: { readonly [K in LayerKind]?: OldForms } = {};

type OldForms = Readonly<Record<number, Readonly<Record<string, Json>>>>;

/** Brings each old form of a layer through all upgrades; gives what becomes of them. */
function readsOldForms(layer: AnyLayer, forms: OldForms): readonly ParamValues[] {
  const versions = Array.from({ length: layer.version - 1 }, (_, i) => i + 1);
  expect(Object.keys(layer.upgrades).map(Number)).toEqual(versions);
  expect(Object.keys(forms).map(Number)).toEqual(versions);
  return versions.map((version) => {
    let params: Readonly<Record<string, unknown>> = forms[version]!;
    for (let v = version; v < layer.version; v++) params = layer.upgrades[v]!(params);
    const { values, issues } = readParams(layer.params, params as Record<string, Json>);
    expect(issues).toEqual([]);
    return values;
  });
}

describe('a layer of a third version', () => {
  /** Its window was called `size` in version 1, and one number for both sides until version 2. */
  const renamed: AnyLayer = {
    ...layers.maxPool,
    version: 3,
    upgrades: {
      1: ({ size, ...rest }) => ({ ...rest, kernel: size }),
      2: ({ kernel, ...rest }) => ({ ...rest, kernel: [kernel, kernel] }),
    },
  };

  test('reads what its first and second wrote', () => {
    const read = readsOldForms(renamed, { 1: { size: 3, ceilMode: true }, 2: { kernel: 5 } });
    const defaults = defaultsOf(layers.maxPool.params);
    expect(read).toEqual([
      { ...defaults, kernel: [3, 3], ceilMode: true },
      { ...defaults, kernel: [5, 5] },
    ]);
  });

  test('is not done without an old form and an upgrade of each version', () => {
    expect(() => readsOldForms(renamed, { 1: { size: 3 } })).toThrow();
    expect(() => readsOldForms({ ...renamed, upgrades: {} }, { 1: { size: 3 }, 2: { kernel: 5 } })).toThrow();
    const wrong = { ...renamed, upgrades: { ...renamed.upgrades, 1: () => ({ kernel: 'wide' }) } };
    expect(() => readsOldForms(wrong, { 1: { size: 3 }, 2: { kernel: 5 } })).toThrow();
  });
});

describe.each(kinds)('%s', (kind) => {
  const layer = layerOf(kind);

  test('introduces itself', () => {
    expect(layer.kind).toBe(kind);
    expect(groups).toContain(layer.group);
    expect(layer.title).not.toBe('');
    expect(layer.summary).toMatch(/^[A-Z0-9].{5,90}[.?]$/);
    expect(layer.formula).toContain('=');
    expect(layer.doc).toMatch(/^Sources?: \S/m);
    for (const p of Object.values(layer.params)) expect(p.doc).toMatch(/\.$/);
    for (const port of layer.inputs) expect(port.doc).toMatch(/\.$/);
  });

  test('has an icon of the family', () => {
    const file = new URL(`../../assets/icons/layers/${layer.icon}.svg`, import.meta.url);
    expect(existsSync(file), `assets/icons/layers/${layer.icon}.svg`).toBe(true);
    const svg = readFileSync(file, 'utf8');
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 24 24"/);
    expect(svg).toContain('currentColor');
  });

  test('accepts its defaults', () => {
    const defaults: ParamValues = defaultsOf(layer.params);
    expect(readParams(layer.params, {})).toEqual({ values: defaults, issues: [] });
    // Written out in full, every default is a legal value of its own.
    const written = Object.fromEntries(
      Object.entries(layer.params).map(([name, p]) => [name, p.default as Json]),
    );
    expect(readParams(layer.params, written)).toEqual({ values: defaults, issues: [] });
  });

  test('keeps its parameters through JSON', () => {
    fc.assert(
      fc.property(anyParams(layer.params), (values) => {
        const json = JSON.parse(JSON.stringify(writeParams(layer.params, values))) as Record<string, Json>;
        const back = readParams(layer.params, json);
        expect(back).toEqual({ values, issues: [] });
        expect(writeParams(layer.params, back.values)).toEqual(json);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('reads what earlier versions wrote', () => {
    readsOldForms(layer, oldForms[kind] ?? {});
  });

  test.each(layer.examples.map((example) => [example.title, example] as const))(
    'example: %s',
    (_, example) => {
      const params: ParamValues = { ...defaultsOf(layer.params), ...example.params } as ParamValues;
      expect(readParams(layer.params, params as Record<string, Json>).issues).toEqual([]);
      const paper = onPaper(layer, params, example.inputs);
      if (isIssue(paper)) throw new Error(paper.message);
      expect(paper.outputs).toEqual(example.outputs);
      if (example.macs !== undefined) expect(paper.cost.macs.value).toBe(example.macs);
      if (example.trainedParams !== undefined) {
        expect(weightCount(paper.weights, true).value).toBe(example.trainedParams);
      }
      if (example.values) judge(layer, params, example.inputs, example.values, paper);
    },
  );

  test('has examples, two of them with numbers where it computes any', () => {
    expect(layer.examples.length).toBeGreaterThan(0);
    const literal = layer.examples.filter(({ values }) => values !== undefined);
    if (computing.includes(kind) && !ends.includes(kind)) expect(literal.length).toBeGreaterThanOrEqual(2);
  });

  test.runIf(computing.includes(kind))('gives the shapes it promises, at the cost it promises', () => {
    let run = 0;
    fc.assert(
      fc.property(samplesOf(kind, layer), fc.nat(), ({ params, inputs }, seed) => {
        const paper = onPaper(layer, params, inputs);
        if (isIssue(paper)) return;
        run += 1;
        const given = feedsOf(layer, inputs, paper.outputs, seed);
        const before = given.map(({ data }) => data.slice());
        const tally: Tally = { macs: 0, otherOps: 0 };
        const results = layer.forward({
          params,
          inputs: given,
          weights: randomWeights(paper.weights, seed),
          outputs: paper.outputs,
          tally,
        });
        expect(results.slice(0, paper.outputs.length).map(({ dims }) => dims)).toEqual(paper.outputs);
        for (const { data, dims } of results) expect(data.length).toBe(elementCount(dims));
        expect(tally).toEqual({ macs: paper.cost.macs.value, otherOps: paper.cost.otherOps.value });
        expect(given.map(({ data }) => data)).toEqual(before);
      }),
      { seed: 2, numRuns: runs(150) },
    );
    expect(run, 'too few random samples were valid').toBeGreaterThan(runs(30));
  });

  test.runIf(computing.includes(kind))('gives the same whatever the parameters that it calls idle', () => {
    const spare = fc.sample(smallParams(layer.params), { seed: 3, numRuns: 40 });
    fc.assert(
      fc.property(samplesOf(kind, layer), fc.constantFrom(...spare), ({ params, inputs }, others) => {
        const idle = layer.idle(params);
        if (idle.length === 0) return;
        const changed = { ...params, ...Object.fromEntries(idle.map((name) => [name, others[name]!])) };
        const [paper, same] = [onPaper(layer, params, inputs), onPaper(layer, changed, inputs)];
        expect(isIssue(same)).toBe(isIssue(paper));
        if (isIssue(paper)) return;
        if (isIssue(same)) throw new Error(same.message);
        expect(same.outputs).toEqual(paper.outputs);
        const given = feedsOf(layer, inputs, paper.outputs, 5);
        const weights = randomWeights(paper.weights, 5);
        const run = (values: ParamValues) =>
          layer.forward({
            params: values,
            inputs: given,
            weights,
            outputs: paper.outputs,
            tally: { macs: 0, otherOps: 0 },
          });
        expect(run(changed)).toEqual(run(params));
      }),
      { seed: 4, numRuns: runs(100) },
    );
  });

  test('spells its cost out', () => {
    for (const example of layer.examples) {
      const params: ParamValues = { ...defaultsOf(layer.params), ...example.params } as ParamValues;
      const paper = onPaper(layer, params, example.inputs);
      if (isIssue(paper)) throw new Error(paper.message);
      for (const term of [paper.cost.macs, paper.cost.otherOps, weightCount(paper.weights, true)]) {
        expect(evaluate(numbersOf(term))).toBe(term.value);
        const parts = (text: string) => text.replace(/\(.*?\)/g, 'x').split(/[·+]/).length;
        expect(parts(symbolsOf(term))).toBe(parts(numbersOf(term)));
      }
    }
  });

  test('answers nonsense with an issue, never with nonsense', () => {
    const params = fc.oneof(anyParams(layer.params), smallParams(layer.params));
    fc.assert(
      fc.property(wildSamples(params, layer), (sample) => {
        const paper = onPaper(layer, sample.params, sample.inputs);
        if (isIssue(paper)) {
          expect(paper.message).toMatch(/^\S.{9,400}\.$/s);
          expect(paper.message).not.toMatch(/undefined|NaN|\[object|\{\{/);
          expect(paper.hint).toMatch(/^\S.{5,200}\.$/s);
          expect(paper.hint).not.toMatch(/undefined|NaN|\[object|\{\{/);
          if (paper.param !== undefined) expect(Object.keys(layer.params)).toContain(paper.param);
          if (paper.port !== undefined) expect(portNames(layer, sample.inputs.length)).toContain(paper.port);
          expect(paper.param ?? paper.port).toBeDefined();
          return;
        }
        const least = sample.inputs.flat().includes(0) ? 0 : 1;
        for (const extent of paper.outputs.flat()) {
          expect(Number.isInteger(extent)).toBe(true);
          expect(extent).toBeGreaterThanOrEqual(least);
        }
        for (const spec of paper.weights) {
          expect(spec.axes.length).toBe(spec.dims.length);
          expect(spec.dims.every((extent) => Number.isInteger(extent) && extent >= least)).toBe(true);
        }
        for (const { value } of [paper.cost.macs, paper.cost.otherOps]) {
          expect(Number.isInteger(value) && value >= 0).toBe(true);
        }
        expect(paper.reach.kind).toBeDefined();
        if (paper.reach.kind === 'window') {
          const { kernel, stride, dilation, before } = paper.reach;
          for (const x of [...kernel, ...stride, ...dilation]) expect(Number.isFinite(x) && x > 0).toBe(true);
          for (const x of before) expect(Number.isFinite(x)).toBe(true);
        }
      }),
      { seed: 3, numRuns: runs(300) },
    );
  });
});

function onPaper(layer: AnyLayer, params: ParamValues, inputs: readonly Dims[]) {
  const outputs = layer.shape({ params, inputs });
  if (isIssue(outputs)) return outputs;
  expect(outputs.length).toBe(layer.outputs(params).length);
  const weights = layer.weights({ params, inputs });
  const cost = layer.cost({ params, inputs, outputs, weights });
  return { outputs, weights, cost, reach: layer.reach({ params, inputs }) };
}

/** Holds `forward` against what the source of an example computes. */
function judge(
  layer: AnyLayer,
  params: ParamValues,
  dims: readonly Dims[],
  values: ExampleValues,
  paper: { readonly outputs: readonly Dims[]; readonly weights: readonly WeightSpec[] },
): void {
  const tensor = (data: readonly number[], of: Dims) => new Tensor('float32', Float32Array.from(data), of);
  const results = layer.forward({
    params,
    inputs: values.inputs.map((data, i) => tensor(data, dims[i]!)),
    weights: Object.fromEntries(
      paper.weights.map(({ name, dims: of }) => [name, tensor(values.weights![name]!, of)]),
    ),
    outputs: paper.outputs,
    tally: { macs: 0, otherOps: 0 },
  });
  for (const [port, expected] of values.outputs.entries()) {
    const { data } = results[port]!;
    expect(data.length).toBe(expected.length);
    for (const [at, right] of expected.entries()) {
      if (Object.is(data[at], right) || data[at] === right) continue;
      const error = Math.abs(data[at]! - right) / Math.max(1, Math.abs(right));
      expect(error, `output ${port}, element ${at} is ${data[at]}, not ${right}`).toBeLessThan(1e-6);
    }
  }
}

/** The input layer has no port: what it hands on is fed to it. */
function feedsOf(
  layer: AnyLayer,
  inputs: readonly Dims[],
  outputs: readonly Dims[],
  seed: number,
): FloatTensor[] {
  const dims = layer.inputs.length === 0 ? outputs : inputs;
  return dims.map((d, i) => randomTensor(d, seed + i));
}

function portNames(layer: AnyLayer, wires: number): readonly string[] {
  return layer.inputs.flatMap(({ name, atLeast }) =>
    atLeast === undefined ? [name] : Array.from({ length: wires }, (_, i) => `${name}${i}`),
  );
}

/** The value of `64·56·56 + 64`. */
function evaluate(numbers: string): number {
  return numbers
    .split(' + ')
    .reduce((total, part) => total + part.split('·').reduce((value, factor) => value * Number(factor), 1), 0);
}

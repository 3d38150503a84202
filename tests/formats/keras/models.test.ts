import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlatStep, weightHolders } from '../../../shared/analysis/flatten.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { exportKeras, type KerasModule } from '../../../shared/formats/keras/export.ts';
import type { Design } from '../../../shared/graph/design.ts';
import type { LayerKind } from '../../../shared/layers/index.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { pythonWith } from '../../peers/python.ts';
import {
  type CodeCase,
  codeCase,
  judge,
  judgedOutput,
  otherDesigns,
  ownOutput,
  type Plain,
  randomCases,
  TensorFile,
  type Verdicts,
} from '../code/judge.ts';
import { batchedCasesOf, casesOf, kinds, type LayerCase, singleOutput } from '../layer-cases.ts';
import otherwise from '../layers-otherwise.json' with { type: 'json' };
import { networkOf, randomNetwork } from '../random-network.ts';
import { lightest, small } from '../small.ts';

const keras = pythonWith('keras');
/** Keras itself, or the stand-in for it, which PyTorch computes for. */
const judging = keras ?? pythonWith('torch');
const python = pythonWith();

function transposed({ dims, data }: Plain, order: readonly number[]): Plain {
  const to = order.map((axis) => dims[axis]!);
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const moved = Float32Array.from({ length: data.length }, (_, at) => {
    let [rest, from] = [at, 0];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (rest % to[axis]!) * strides[order[axis]!]!;
      rest = Math.floor(rest / to[axis]!);
    }
    return data[from]!;
  });
  return { dims: to, data: moved };
}

const channelsLast = (tensor: Plain): Plain =>
  tensor.dims.length === 4 ? transposed(tensor, [0, 2, 3, 1]) : tensor;

/** A layer's weights in the order and layout that Keras documents. */
function kerasWeights(
  { kind, params, inputDims, weights }: FlatStep,
  own: Readonly<Record<string, FloatTensor>>,
): readonly Plain[] {
  const rest = weights.slice(1).map(({ name }) => own[name]!);
  const first = own[weights[0]!.name]!;
  switch (kind) {
    case 'conv2d': {
      const channels = inputDims[0]![1]!;
      if (params.groups !== channels || channels === 1) return [transposed(first, [2, 3, 1, 0]), ...rest];
      const [outputs, , height, width] = first.dims as readonly [number, number, number, number];
      const split = { dims: [channels, outputs / channels, height, width], data: first.data };
      return [transposed(split, [2, 3, 0, 1]), ...rest];
    }
    case 'conv1d': {
      const channels = inputDims[0]![1]!;
      if (params.groups !== channels || channels === 1) return [transposed(first, [2, 1, 0]), ...rest];
      const [outputs, , length] = first.dims as readonly [number, number, number];
      const split = { dims: [channels, outputs / channels, length], data: first.data };
      return [transposed(split, [2, 0, 1]), ...rest];
    }
    case 'convTranspose1d':
      return [transposed(first, [2, 1, 0]), ...rest];
    case 'convTranspose2d':
      return [transposed(first, [2, 3, 1, 0]), ...rest];
    case 'linear':
      return [transposed(first, [1, 0]), ...rest];
    case 'prelu': {
      const ones = inputDims[0]!.slice(2).map(() => 1);
      return [{ dims: [...ones, first.data.length], data: first.data }];
    }
    default:
      return [first, ...rest];
  }
}

interface Case extends CodeCase {
  readonly module: KerasModule;
}

const others = otherDesigns(randomNetwork);
const zooCases = lightest.map(({ id }) => id.replace(/\W/g, '_'));
/** Of the random designs, those that Keras has words for. */
const MOST_REFUSED = 80;
/** Random cases of each layer, all of one sample. */
const CASES = 4;
/** What has a vector beside its maps has no case of one sample: it is refused as well with another. */
const casesFor = (kind: LayerKind): readonly LayerCase[] => {
  const batched = batchedCasesOf(kind, CASES);
  return batched.length > 0 ? batched : casesOf(kind, 1);
};
const layerCases = kinds.flatMap((kind) => casesFor(kind).map((each) => ({ ...each, kind })));
/** What layers' forms say that Keras has no word for; the list may only shrink. */
const unwritten: Readonly<Record<string, readonly string[]>> = otherwise.keras;

describe('exported Keras models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-keras-'));
  const cases = new Map<string, Case>();
  const refused: string[] = [];
  const reasons = new Map<string, string>();
  let results: Verdicts = {};

  function add(name: string, design: Design): void {
    const module = exportKeras(design);
    if (!module.ok) {
      refused.push(`${name}: ${module.problems.map(({ code, message }) => `${code} ${message}`).join(' ')}`);
      return;
    }
    cases.set(name, { ...codeCase(name, design), module: module.value });
    writeFileSync(join(folder, `${name}.py`), module.value.code);
  }

  /** One layer alone, of its first output; a layer that Keras has no word for is none of those counted as refused. */
  function addLayer({ name, design }: { readonly name: string; readonly design: Design }): void {
    const single = singleOutput(design);
    const module = exportKeras(single);
    if (module.ok) add(name, single);
    else reasons.set(name, module.problems[0].message.replace(/^.*for Keras: /, ''));
  }

  function write(name: string, { design, weights, inputs, module }: Case) {
    const file = new TensorFile();
    const given = weightHolders(networkOf(design)).map(({ id, step }) => [
      module.layerNames.get(step.id)!,
      kerasWeights(step, weights[id]!).map(file.place),
    ]);
    const fed = Object.values(inputs).map((input) => file.place(channelsLast(input)));
    file.write(join(folder, `${name}.bin`));
    return { name, weights: Object.fromEntries(given), inputs: fed };
  }

  beforeAll(() => {
    for (const [i, { build }] of lightest.entries()) add(zooCases[i]!, small(build()));
    for (const [seed, name] of randomCases.entries()) add(name, randomNetwork(seed));
    for (const [name, build] of Object.entries(others)) add(name, build());
    for (const each of layerCases) addLayer(each);
    if (!judging) return;
    const written = [...cases].map(([name, each]) => write(name, each));
    results = judge(judging, 'tests/formats/keras/run_models.py', folder, written);
  }, 300_000);

  afterAll(() => {
    if (!process.env.KEEP) rmSync(folder, { recursive: true });
    else console.log(folder);
  });

  test.skipIf(python === undefined)('are files that Python compiles', () => {
    execFileSync(python!, ['-m', 'compileall', '-q', folder]);
  });

  test('are refused only for what Keras has no word for, and then by name', () => {
    for (const line of refused) expect(line).toMatch(/not-in-keras \S+ cannot be written for Keras: .+\.$/);
    expect(refused.filter((line) => !/^((grouped_)?random_|convnext_)/.test(line))).toEqual([]);
    expect(refused.length).toBeLessThan(MOST_REFUSED);
  });

  test.skipIf(judging === undefined).for([...zooCases, ...randomCases, ...Object.keys(others)])(
    '%s gives our outputs',
    async (name, { skip }) => {
      const known = cases.get(name);
      if (!known) return skip('Keras has no word for it');
      expect(results[name]!.error).toBeUndefined();
      const got = channelsLast(await ownOutput(known));
      expect(results[name]!.dims).toEqual([...got.dims]);
      expect(largestError(got.data, judgedOutput(folder, name))).toBeLessThan(1e-4);
    },
  );

  test.skipIf(judging === undefined).each(kinds)(
    '%s gives our outputs, whatever its parameters',
    async (kind) => {
      const own = layerCases.filter((each) => each.kind === kind);
      expect(own.length).toBeGreaterThan(0);
      const told = new Set(own.flatMap(({ name }) => reasons.get(name) ?? []));
      expect(told).toEqual(new Set(unwritten[kind]));
      for (const { name, params, inputs } of own) {
        const known = cases.get(name);
        if (!known) continue;
        const about = `${name}: ${JSON.stringify(params)} on ${inputs.map((dims) => dims.join('×')).join(', ')}`;
        expect(results[name]!.error, about).toBeUndefined();
        const got = channelsLast(await ownOutput(known));
        expect(results[name]!.dims, about).toEqual([...got.dims]);
        expect(largestError(got.data, judgedOutput(folder, name)), about).toBeLessThan(1e-4);
      }
    },
  );

  test.skipIf(keras === undefined)('are imported by Keras itself', () => {
    expect(Object.values(results).filter(({ error }) => error !== undefined)).toEqual([]);
  });
});

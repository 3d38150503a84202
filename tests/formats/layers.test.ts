import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { exportPyTorch } from '../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { loadWeights } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import { type LayerKind, layerOf, traitsOf } from '../../shared/layers/index.ts';
import { rowsThatCount } from '../../shared/layers/non-max-suppression.ts';
import { placeWindows, type WindowSpec } from '../../shared/layers/window.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { peersInstalled } from '../peers/install.ts';
import { openInOnnxruntime } from '../peers/onnxruntime.ts';
import { pythonWith } from '../peers/python.ts';
import { thoroughness } from '../thorough.ts';
import { type CodeCase, codeCase, judge, judgedOutput, type Verdicts, writeModule } from './code/judge.ts';
import { casesOf, kinds, type LayerCase, singleOutput } from './layer-cases.ts';
import otherwise from './layers-otherwise.json' with { type: 'json' };
import { withoutDesign } from './onnx/foreign.ts';

/** Cases of each layer: enough for its options to meet, few enough for all layers to take seconds. */
const CASES = 5;
/** Of a layer that no list says anything about, but for who is thorough. */
const FEW_CASES = 3;

type Outputs = Readonly<Record<string, Pick<FloatTensor, 'dims' | 'data'>>>;

/** Layers that the graph alone gives back as others that compute the same, and why; the list may only shrink. */
const asOthers: Readonly<Record<string, string>> = otherwise.graph;
/** Layers that onnxruntime does not judge, and why. */
const unjudged: Readonly<Record<string, string>> = otherwise.onnxruntime;
/** What layers' forms say that PyTorch has no word for; the list may only shrink. */
const unwritten: Readonly<Record<string, readonly string[]>> = otherwise.pytorch;

async function outputsOf(
  design: Design,
  { weights, inputs }: Pick<ReturnType<typeof codeCase>, 'weights' | 'inputs'>,
) {
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  return (await session.run(inputs)) as Outputs;
}

const codeCases = new WeakMap<LayerCase, CodeCase>();
const outputs = new WeakMap<LayerCase, Promise<Outputs>>();

/** The weights and inputs of a case, for all who judge it. */
function codeOf(each: LayerCase): CodeCase {
  const code = codeCases.get(each) ?? codeCase(each.name, each.design);
  codeCases.set(each, code);
  return code;
}

/** What `forward` makes of them, worked out once. */
function rightOf(each: LayerCase): Promise<Outputs> {
  const right = outputs.get(each) ?? outputsOf(each.design, codeOf(each));
  outputs.set(each, right);
  return right;
}

const made = new Map<LayerKind, readonly LayerCase[]>();

const isListed = (kind: LayerKind): boolean =>
  [asOthers, unjudged, unwritten].some((list) => Object.hasOwn(list, kind));
const countOf = (kind: LayerKind): number => (thoroughness > 0 || isListed(kind) ? CASES : FEW_CASES);

/** The cases of a layer; more of one that onnxruntime has in part. */
function casesFor(kind: LayerKind): readonly LayerCase[] {
  const count = countOf(kind);
  const cases = made.get(kind) ?? casesOf(kind, Object.hasOwn(unjudged, kind) ? 6 * count : count);
  made.set(kind, cases);
  return cases;
}

/** Those that all of them judge. */
const judgedCases = (kind: LayerKind): readonly LayerCase[] => casesFor(kind).slice(0, countOf(kind));

/** Where two runs differ by more than rounding; not a number is the same as itself. */
function difference(got: Outputs, right: Outputs): string | undefined {
  for (const [name, { dims, data }] of Object.entries(right)) {
    const mine = got[name];
    if (!mine) return `${name} is missing`;
    if (mine.dims.join() !== dims.join()) return `${name} is ${mine.dims.join('×')}, not ${dims.join('×')}`;
    for (const [i, value] of data.entries()) {
      const own = mine.data[i]!;
      if (own === value || (Number.isNaN(own) && Number.isNaN(value))) continue;
      if (!(Math.abs(own - value) <= 1e-4 * (1 + Math.abs(value))))
        return `${name}[${i}] is ${own}, not ${value}`;
    }
  }
  return undefined;
}

/** Numbers as a file of float32 holds them. */
const rounded = (value: unknown): unknown =>
  typeof value === 'number' ? Math.fround(value) : Array.isArray(value) ? value.map(rounded) : value;

/** Where a layer's windows lie, by its parameters. */
const windowOf = ({ kernel, stride, dilation = [1, 1], padding }: ParamValues) =>
  ({ kernel, stride, dilation, padding }) as WindowSpec;

/** A layer's parameters as a graph can say them: in float32, axes counted from the front, padding in numbers. */
function sayable(kind: LayerKind, params: ParamValues, { inputs, outputs }: LayerCase): ParamValues {
  // What has no say beside the other parameters need not be said.
  const hidden = layerOf(kind).idle(params);
  const said: Record<string, unknown> = Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => !hidden.includes(name))
      .map(([name, value]) => [name, rounded(value)]),
  );
  const rank = Math.max(inputs[0]!.length, outputs[0]!.length);
  const fromFront = (axis: number) => (axis < 0 ? axis + rank : axis);
  if (typeof said.axis === 'number') said.axis = fromFront(said.axis);
  if (Array.isArray(said.axes)) said.axes = said.axes.map(fromFront);
  if (kind === 'squeeze' && Array.isArray(said.axes) && said.axes.length === 0)
    said.axes = inputs[0]!.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  if (said.padding === 'same') {
    const extents = inputs[0]!.slice(2) as [number, number];
    const windows = placeWindows(windowOf(params), extents);
    if (!isIssue(windows)) said.padding = [...windows.before, ...windows.after];
  }
  return said as ParamValues;
}

/** The layers between the ends, as a graph can say them. */
const said = ({ nodes }: Design, each: LayerCase) =>
  Object.entries(nodes)
    .filter(([id, { kind }]) => kind !== 'input' && kind !== 'output' && !id.startsWith('whole'))
    .map(([, { kind, params }]) => ({ kind, params: sayable(kind as LayerKind, params, each) }));

const costs = (design: Design) => {
  const { params, macs } = analyze(design).totals;
  return { params, macs };
};

const about = ({ params, inputs }: LayerCase) =>
  `${JSON.stringify(params)} on ${inputs.map((dims) => dims.join('×')).join(', ')}`;

async function opened(bytes: Uint8Array) {
  const result = await importOnnx(bytesSource(bytes));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

/** What one layer loses on its way through a spec and an ONNX file. */
async function faultsOf(
  each: LayerCase,
): Promise<{ readonly wrong: readonly string[]; readonly other: boolean }> {
  const { design } = each;
  const wrong: string[] = [];
  const spec = writeSpec(design);
  const read = readSpec(spec);
  if (!read.ok || writeSpec(read.value) !== spec) wrong.push('its spec gives another design');
  const { weights, inputs } = codeOf(each);
  const right = await rightOf(each);
  const written = exportOnnx(design, weights);
  if (!written.ok) return { wrong: [...wrong, written.problems[0].message], other: false };
  if (writeSpec((await opened(written.value)).design) !== spec)
    wrong.push('its own export gives another design');
  const back = await opened(withoutDesign(written.value));
  const store = await loadWeights(back.weights);
  const got = await outputsOf(back.design, { weights: store, inputs });
  const differs = difference(got, right);
  if (differs) wrong.push(`the graph alone: ${differs}`);
  const [mine, theirs] = [said(design, each), said(back.design, each)];
  // What changes nothing, such as padding by nothing, need not come back.
  const gone = theirs.length === 0 && difference(right, { output: Object.values(inputs)[0]! }) === undefined;
  const other = !gone && !isDeepStrictEqual(mine, theirs);
  // Of a file that holds several samples the costs are told for one.
  const single = each.inputs.every(([batch]) => batch === 1);
  if (!other && single && !isDeepStrictEqual(costs(back.design), costs(design))) wrong.push('costs differ');
  // Whatever parts a layer comes back as, none of what it is written with was learned.
  if (other && single && costs(back.design).params !== costs(design).params) wrong.push('parameters differ');
  return { wrong, other };
}

describe('every layer, with random parameters', () => {
  test.each(kinds)('%s goes through specs and ONNX', async (kind) => {
    const cases = judgedCases(kind);
    expect(cases.length).toBeGreaterThan(2);
    let others = 0;
    for (const each of cases) {
      const { wrong, other } = await faultsOf(each).catch((error: unknown) => ({
        wrong: [String(error)],
        other: false,
      }));
      expect(wrong, about(each)).toEqual([]);
      others += Number(other);
      if (!Object.hasOwn(asOthers, kind))
        expect(other, `${about(each)} comes back as other layers`).toBe(false);
    }
    // One that comes back as itself comes off the list.
    if (Object.hasOwn(asOthers, kind)) expect(others).toBeGreaterThan(0);
  });
});

/** The rows that count. */
const cut = (outputs: Awaited<ReturnType<typeof outputsOf>>) =>
  Object.fromEntries(
    Object.entries(outputs).map(([id, rows]) => [
      id,
      rowsThatCount(new Tensor('float32', rows.data, rows.dims)),
    ]),
  );

/** Of a layer whose options onnxruntime has in part, so many cases must be judged. */
const LEAST_JUDGED = 2;

describe.skipIf(!peersInstalled())('every layer, with random parameters, by onnxruntime', () => {
  test.each(kinds)('%s', async (kind) => {
    const inPart = Object.hasOwn(unjudged, kind);
    let judged = 0;
    for (const each of casesFor(kind)) {
      const { weights, inputs } = codeOf(each);
      const written = exportOnnx(each.design, weights);
      if (!written.ok) throw new Error(written.problems[0].message);
      const right = await openInOnnxruntime(written.value)
        .then((peer) => peer.run(inputs))
        .catch((error: Error) => {
          if (inPart) return undefined;
          throw error;
        });
      if (!right || (inPart && Object.values(right).some(({ data }) => data.some(Number.isNaN)))) continue;
      judged++;
      const got = await rightOf(each);
      expect(
        difference(traitsOf({ kind, params: each.params }).rowsAtMost ? cut(got) : got, right),
        about(each),
      ).toBeUndefined();
      if (judged === countOf(kind)) break;
    }
    expect(judged).toBeGreaterThanOrEqual(LEAST_JUDGED);
  });
});

const torch = pythonWith('torch');

describe.skipIf(torch === undefined)('every layer, with random parameters, as a PyTorch module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-layers-'));
  const written = new Map<string, LayerCase>();
  const refused = new Map<LayerKind, string[]>();
  let results: Verdicts = {};

  beforeAll(() => {
    const given = kinds.flatMap((kind) =>
      judgedCases(kind).flatMap((each) => {
        const { name } = each;
        const module = exportPyTorch(singleOutput(each.design));
        if (!module.ok) {
          refused.set(kind, [...(refused.get(kind) ?? []), module.problems[0].message]);
          return [];
        }
        written.set(name, each);
        return [writeModule(folder, name, codeOf(each), module.value)];
      }),
    );
    results = judge(torch!, 'tests/formats/pytorch/run_modules.py', folder, given);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(kinds)('%s', async (kind) => {
    const own = [...written].filter(([name]) => name.startsWith(`${kind}_`));
    const reasons = (refused.get(kind) ?? []).map((reason) => reason.replace(/^.*PyTorch: /, ''));
    expect(new Set(reasons)).toEqual(new Set(unwritten[kind]));
    for (const [name, each] of own) {
      expect(results[name]?.error, name).toBeUndefined();
      const right = { dims: results[name]!.dims!, data: judgedOutput(folder, name) };
      const { output } = await rightOf(each);
      expect(difference({ output: output! }, { output: right }), name).toBeUndefined();
    }
  });
});

import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { type Dims, elementCount } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type Design, type Wire, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { type LayerKind, layerOf } from '../../shared/layers/index.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { computing, samplesInTurn, samplesOf } from '../layers/samples.ts';

/** A design of one layer, called `layer`, between its inputs and an Output for each of its outputs. */
export interface LayerCase {
  readonly name: string;
  readonly params: ParamValues;
  readonly inputs: readonly Dims[];
  readonly outputs: readonly Dims[];
  readonly design: Design;
}

/** What only stands at the ends of a network. */
const ends: readonly LayerKind[] = ['input', 'output', 'constant'];
export const kinds: readonly LayerKind[] = computing.filter((kind) => !ends.includes(kind));

/** Layers whose operands are integers: a layer that rounds stands before each, with the type that it takes. */
const integerOperands: { readonly [K in LayerKind]?: readonly string[] } = {
  dequantize: ['type'],
  quantConv2d: ['inputType'],
  quantConv1d: ['inputType'],
  quantLinear: ['inputType'],
  quantMatmul: ['inputType', 'rightType'],
  quantAdd: ['inputType', 'rightType'],
  quantSoftmax: ['inputType'],
  quantAvgPool: ['inputType'],
  quantAvgPool1d: ['inputType'],
};

/** A layer of integers with operands and results of one byte, which is all that some engines have. */
function inBytes(kind: LayerKind, params: ParamValues): ParamValues {
  if (!Object.hasOwn(integerOperands, kind) || params.outputType === undefined) return params;
  const bytes = Object.fromEntries(
    Object.keys(params)
      .filter((name) => name.endsWith('Type'))
      .map((name) => [name, 'uint8']),
  );
  const zeros = { inputZero: 3, outputZero: 5, ...(params.rightZero !== undefined && { rightZero: 7 }) };
  return { ...params, ...bytes, ...zeros, outputScale: 0.05 };
}

const MOST_ELEMENTS = 4096;

/** Whether every input is one sample: of a batch axis and more, as code wants it that leaves that axis open. */
const ofOneSample = (inputs: readonly Dims[]): boolean =>
  inputs.every((dims) => dims[0] === 1 && dims.length > 1);

/** Some random layers of a kind that accept their inputs. */
export const casesOf = (kind: LayerKind, count: number): readonly LayerCase[] =>
  suitedCases(kind, count, 40, () => true);

/** Those whose inputs and outputs have a batch axis in front, for one sample. */
export const batchedCasesOf = (kind: LayerKind, count: number): readonly LayerCase[] =>
  suitedCases(kind, count, 400, ofOneSample);

function suitedCases(
  kind: LayerKind,
  count: number,
  tries: number,
  suits: (inputs: readonly Dims[]) => boolean,
): readonly LayerCase[] {
  const layer = layerOf(kind);
  const cases: LayerCase[] = [];
  const samples = samplesInTurn(samplesOf(kind, layer), { seed: 23, numRuns: tries * count });
  for (const { params: sampled, inputs } of samples) {
    if (!suits(inputs)) continue;
    const params = cases.length % 2 === 0 ? inBytes(kind, sampled) : sampled;
    const shapes = layer.shape({ params, inputs });
    if (isIssue(shapes)) continue;
    const all = [...inputs, ...shapes];
    if (all.some((dims) => dims.includes(0) || elementCount(dims) > MOST_ELEMENTS)) continue;
    const design = designOf(kind, params, inputs);
    if (!flatten(analyze(design)).ok) continue;
    cases.push({ name: `${kind}_${cases.length}`, params, inputs, outputs: shapes, design });
    if (cases.length === count) break;
  }
  return cases;
}

function designOf(kind: LayerKind, params: ParamValues, inputs: readonly Dims[]): Design {
  const b = new NetworkBuilder();
  const batched = ofOneSample(inputs);
  const fed = inputs.map((dims, i) => {
    const id = b.add(`in${i}`, 'input', { shape: batched ? dims.slice(1) : dims, batched });
    const type = integerOperands[kind]?.[i];
    if (type === undefined) return id;
    return b.add(`whole${i}`, 'quantize', { scales: [0.02], zeros: [20], type: params[type]! }, id);
  });
  b.add('layer', kind, params, ...fed);
  b.add('output', 'output');
  const design = b.design(`One ${layerOf(kind).title}`, '');
  const further = layerOf(kind).outputs(params).slice(1);
  const nodes = further.map((_, i) => [`output${i + 1}`, newNode('output')] as const);
  const wires = further.map(({ name }, i): [string, Wire] => {
    const wire = { from: { node: 'layer', port: name }, to: { node: `output${i + 1}`, port: 'in' } };
    return [wireId(wire), wire];
  });
  return {
    ...design,
    nodes: { ...design.nodes, ...Object.fromEntries(nodes) },
    wires: { ...design.wires, ...Object.fromEntries(wires) },
  };
}

/** The first output alone: what a module returns. */
export const singleOutput = ({ nodes, wires, ...design }: Design): Design => ({
  ...design,
  nodes: Object.fromEntries(Object.entries(nodes).filter(([id]) => !/^output\d/.test(id))),
  wires: Object.fromEntries(Object.entries(wires).filter(([, { to }]) => !/^output\d/.test(to.node))),
});

import { analyze } from '../../analysis/analyze.ts';
import {
  type FlatNetwork,
  type FlatStep,
  flatten,
  weightHolders,
  weightsIdOf,
} from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import type { LayerKind, ParamsOf } from '../../layers/index.ts';
import { writeSpec } from '../spec/write.ts';
import type { WeightTensors } from '../weights/store.ts';
import {
  encodeModel,
  type InitializerToWrite,
  type NodeToWrite,
  type OnnxGraph,
  type ValueToWrite,
} from './encode.ts';
import { FormWriter, forms } from './forms.ts';
import { type AxisNames, axisNames, ofTwoSamples } from './named-axes.ts';

export const say = messages('formats/onnx/export', {
  'weights-do-not-fit:missing': [
    'The weight "{{name}}" of {{id}} is missing.',
    'Load weights that were made for this design, or use seeded ones.',
  ],
  'weights-do-not-fit:shape': [
    'The weight "{{name}}" of {{id}} has another shape.',
    'Load weights that were made for this design, or use seeded ones.',
  ],
});

/** The key under which the design itself is kept in the model, blocks and all. */
export const DESIGN_KEY = 'netwright.design';

/**
 * Writes a design as ONNX (operator set 21), blocks expanded and weights included: whatever reads ONNX runs it. The
 * design is kept beside the graph, so that opening the file here gives it back whole. The graph alone gives back the same
 * layers, parameters, wires and names, and the blocks when it is folded, but for what ONNX has no word for: "same" padding
 * becomes the numbers that it stands for, a Pad of nothing is left out, and budget, lint settings, notes and layout are
 * the design's alone. Axes that inputs have open keep their names where the graph holds for any extent. Fails with the design's problems,
 * or when a weight is missing or of another shape.
 */
export function exportOnnx(design: Design, weights: WeightTensors): Result<Uint8Array> {
  const network = flatten(analyze(design));
  if (!network.ok) return network;
  const misfit = misfitting(network.value, weights);
  if (misfit) return fail(misfit);
  const names = axisNames(design, network.value, linesOf);
  const two = ofTwoSamples(design, network.value, linesOf);
  const graph = graphOf(design.name, network.value, weights, names, two);
  return succeed(encodeModel({ ...graph, metadata: { [DESIGN_KEY]: writeSpec(design) } }));
}

function misfitting(network: FlatNetwork, weights: WeightTensors) {
  for (const {
    id,
    step: { weights: specs },
  } of weightHolders(network)) {
    for (const { name, dims } of specs) {
      const given = weights[id]?.[name];
      if (given && sameDims(given.dims, dims)) continue;
      const key = given ? 'weights-do-not-fit:shape' : 'weights-do-not-fit:missing';
      return say.at({ node: id }, key, { name, id });
    }
  }
  return undefined;
}

/** All that is written of a network but the shapes of its ends and the numbers of its weights. */
function linesOf(network: FlatNetwork) {
  const { nodes, initializers } = graphOf('', network, undefined);
  return [nodes, initializers, network.steps.map(({ weights }) => weights)];
}

/** The nodes alone, by which a file is recognised as an unchanged export of a design. */
export function exportedNodes(network: FlatNetwork): readonly NodeToWrite[] {
  return graphOf('', network, undefined).nodes;
}

function graphOf(
  name: string,
  network: FlatNetwork,
  weights: WeightTensors | undefined,
  axes: AxisNames = new Map(),
  two?: FlatNetwork,
): OnnxGraph {
  const names = valueNames(network);
  const nodes: NodeToWrite[] = [];
  const initializers: InitializerToWrite[] = [];
  /** Weights that several layers use are one initialiser. */
  const written = new Set<string>();
  for (const [at, step] of network.steps.entries()) {
    const inputs = step.inputs.map((source) => names[source.step]![source.output]!);
    if (step.kind === 'output' && inputs[0] === step.id) continue;
    const outputs = step.kind === 'output' ? [step.id] : names[at]!;
    const writer = write(step, inputs, outputs);
    nodes.push(...writer.nodes);
    initializers.push(...writer.constants);
    const holder = weightsIdOf(step);
    if (written.has(holder)) continue;
    written.add(holder);
    for (const spec of weights ? step.weights : []) {
      const weight = weights![holder]![spec.name]!;
      const { dims, data } = weight;
      const initializer = step.kind === 'constant' ? names[at]![0]! : `${holder}.${spec.name}`;
      initializers.push({
        name: initializer,
        learned: spec.trained,
        dims: writer.redimmed.get(spec.name) ?? dims,
        data: writer.stored.get(spec.name)?.(weight) ?? data,
      });
    }
  }
  const values = (steps: readonly number[], side: 'inputDims' | 'outputDims'): readonly ValueToWrite[] =>
    steps.map((at) => {
      const { id, [side]: ports } = network.steps[at]!;
      const dims = ports[0]!.map((extent, axis) => axes.get(id)?.[axis] ?? extent);
      const ofTwo = two?.steps[at]?.[side][0];
      return { name: id, dims: openBatch(network, ports[0]!, dims, ofTwo) };
    });
  return {
    name,
    nodes,
    initializers,
    inputs: values(network.inputs, 'outputDims'),
    outputs: values(network.outputs, 'inputDims'),
    metadata: {},
  };
}

/** The batch is left open where every input has one, the graph holds for two, and there are twice as many then. */
function openBatch(
  { steps, inputs }: FlatNetwork,
  dims: Dims,
  told: readonly (number | string)[],
  ofTwo: Dims | undefined,
): readonly (number | string)[] {
  const isBatch = dims[0] === 1 && ofTwo?.[0] === 2 && elementCount(dims) > 0;
  const open = isBatch && inputs.every((at) => steps[at]!.params.batched === true);
  return open ? ['N', ...told.slice(1)] : told;
}

/** What each step's outputs are called: as the layer, or as the network's output where it is one. */
function valueNames({ steps, outputs }: FlatNetwork): readonly (readonly string[])[] {
  const names = steps.map((step) => {
    // A constant is its initialiser.
    const id = step.kind === 'constant' ? weightsIdOf(step) : step.id;
    return step.outputDims.length === 1 ? [id] : step.outputDims.map((_, i) => `${id}.out${i}`);
  });
  for (const at of outputs) {
    const { id, inputs } = steps[at]!;
    const { step, output } = inputs[0]!;
    const taken = outputs.some((other) => steps[other]!.id === names[step]![output]);
    if (steps[step]!.kind === 'input' || steps[step]!.kind === 'constant' || taken) continue;
    names[step]![output] = id;
  }
  return names;
}

function write(step: FlatStep, inputs: readonly string[], outputs: readonly string[]): FormWriter<unknown> {
  return writeAs(step.kind, step, inputs, outputs);
}

/** The table's entry and the step's parameters are of one kind; the compiler cannot see that across the union. */
function writeAs<K extends LayerKind>(
  kind: K,
  step: FlatStep,
  inputs: readonly string[],
  outputs: readonly string[],
): FormWriter<unknown> {
  const writer = new FormWriter(step, step.params as ParamsOf<K>, inputs, outputs);
  forms[kind](writer);
  return writer;
}

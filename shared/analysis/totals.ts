import { elementCount } from '../base/dims.ts';
import type { Design, NodeId } from '../graph/design.ts';
import { bytesOf, type Numbers } from '../graph/number-types.ts';
import type { Topology } from '../graph/topology.ts';
import type { NodeFacts, Totals } from './facts.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { countedElsewhere } from './twins.ts';

/** The sums of a design, its bytes by its types of numbers, and its memory for its batch. */
export function totalsOf(
  { numbers, batch }: Pick<Design, 'numbers' | 'batch'>,
  topology: Topology,
  facts: ReadonlyMap<NodeId, NodeFacts>,
): Totals {
  const leaves = leavesOf(topology, facts);
  const sums = { macs: 0, otherOps: 0, params: 0, statistics: 0, outputElements: 0, unknown: 0 };
  const repeated = countedElsewhere(facts.values(), (id) => facts.get(id));
  const count = (known: NodeFacts): void => {
    const { cost, outputs, inside } = known;
    if (!cost) {
      // Of a block that only an opaque layer keeps from being counted, the others are.
      if (outputs && inside) for (const inner of inside) count(inner);
      else sums.unknown++;
      return;
    }
    sums.macs += cost.macs.value;
    sums.otherOps += cost.otherOps.value;
    sums.outputElements += cost.outputElements;
    if (repeated.has(known)) return;
    sums.params += cost.params.value;
    sums.statistics += cost.statistics.value;
  };
  for (const known of facts.values()) count(known);
  const elementBytes = bytesOf(numbers.activations);
  const elements = elementsOfLeaves(leaves, batch);
  const outputBytes = sums.outputElements * elementBytes;
  const keptBytes = elements.reduce((sum, each) => sum + each, 0) * elementBytes;
  const weightBytes = (sums.params + sums.statistics) * bytesOf(numbers.weights);
  return {
    ...sums,
    outputBytes,
    weightBytes,
    peakBytes: liveAmong(leaves, elements, elementBytes).reduce((most, bytes) => Math.max(most, bytes), 0),
    trainingBytes: 2 * keptBytes + (3 * sums.params + sums.statistics) * bytesOf(numbers.weights),
    numbers,
    batch,
    depth: depthOf(leaves),
    layers: layersAmong(leaves),
  };
}

function layersAmong(leaves: readonly Leaf[]): number {
  let layers = 0;
  for (const { kind } of leaves) if (kind !== 'input' && kind !== 'output') layers++;
  return layers;
}

/**
 * Bytes of activations alive while each layer runs, in order: its inputs, its outputs, and every earlier tensor that a
 * later layer still needs. No layer is assumed to work in place; network outputs are kept to the end. Unknown tensors
 * count nothing.
 */
export function liveBytes(leaves: readonly Leaf[], { activations }: Numbers, batch: number): Float64Array {
  return liveAmong(leaves, elementsOfLeaves(leaves, batch), bytesOf(activations));
}

function liveAmong(leaves: readonly Leaf[], elements: Float64Array, elementBytes: number): Float64Array {
  const kept = leaves.length;
  const lastUse = new Int32Array(kept);
  const bytes = new Float64Array(kept);
  for (let step = 0; step < kept; step++) {
    const { inputs, kind } = leaves[step]!;
    lastUse[step] = step;
    const use = kind === 'output' ? kept : step;
    for (const source of inputs) if (source && lastUse[source.step]! < use) lastUse[source.step] = use;
    bytes[step] = elements[step]! * elementBytes;
  }
  const dyingAfter = new Float64Array(kept + 1);
  for (let step = 0; step < kept; step++) dyingAfter[lastUse[step]!]! += bytes[step]!;
  let live = 0;
  for (let step = 0; step < kept; step++) {
    live += bytes[step]!;
    bytes[step] = live;
    live -= dyingAfter[step]!;
  }
  return bytes;
}

/** How many samples each layer works on: all of the batch, or one where nothing that comes in has a batch. */
export function samplesOf(leaves: readonly Leaf[], batch: number): Float64Array {
  const samples = new Float64Array(leaves.length);
  for (let step = 0; step < leaves.length; step++) {
    const { kind, facts, inputs } = leaves[step]!;
    let most = kind === 'input' && facts.node.params.batched === true ? batch : 1;
    for (const source of inputs) if (source) most = Math.max(most, samples[source.step]!);
    samples[step] = most;
  }
  return samples;
}

/** Elements of the outputs of each layer, of as many samples as it works on; none where they are unknown. */
function elementsOfLeaves(leaves: readonly Leaf[], batch: number): Float64Array {
  const elements = samplesOf(leaves, batch);
  for (let step = 0; step < leaves.length; step++) {
    let ofSample = 0;
    for (const dims of leaves[step]!.outputDims ?? []) ofSample += elementCount(dims);
    elements[step] = elements[step]! * ofSample;
  }
  return elements;
}

/** Elements of the outputs of all layers, of as many samples as each works on. */
export const elementsOfBatch = (leaves: readonly Leaf[], batch: number): number =>
  elementsOfLeaves(leaves, batch).reduce((sum, each) => sum + each, 0);

/** Whether some layers work on the same, however many samples a batch has: bytes do not go in proportion then. */
export function isMixed(leaves: readonly Leaf[]): boolean {
  return samplesOf(leaves, 2).some((samples) => samples < 2);
}

/** Layers with multiply-adds along the longest path: 16 for VGG-16, 50 for ResNet-50. */
function depthOf(leaves: readonly Leaf[]): number {
  const depths = new Int32Array(leaves.length);
  let deepest = 0;
  for (let step = 0; step < leaves.length; step++) {
    const { facts, inputs } = leaves[step]!;
    let before = 0;
    for (const source of inputs) if (source) before = Math.max(before, depths[source.step]!);
    depths[step] = before + ((facts.cost?.macs.value ?? 0) > 0 ? 1 : 0);
    deepest = Math.max(deepest, depths[step]!);
  }
  return deepest;
}

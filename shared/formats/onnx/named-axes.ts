import { analyze, analyzeTogether } from '../../analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import type { Design, NodeId } from '../../graph/design.ts';

/** What axes of the network's ends are called in a file, by the node of the end; null where an extent is stated. */
export type AxisNames = ReadonlyMap<NodeId, readonly (string | null)[]>;

/**
 * The names of axes that a design's inputs have open, as far as its graph holds for any extent: written for maps of twice
 * the size, and of one more, it is the same, number by number. What ends with an extent that changes on the way has an axis without a
 * name there. `written` is all that a file says of a network but the shapes of its ends.
 */
export function axisNames(
  design: Design,
  network: FlatNetwork,
  written: (network: FlatNetwork) => unknown,
): AxisNames {
  const named = Object.values(design.nodes).some(({ open }) => open?.some((name) => name !== null));
  if (!named) return new Map();
  const same = JSON.stringify(written(network), asText);
  const others = [(extent: number) => 2 * extent, (extent: number) => 2 * extent + 1].flatMap((of) => {
    const other = flatten(analyze(stretched(design, of)));
    return other.ok ? [other.value] : [];
  });
  const holds = others.every((other) => JSON.stringify(written(other), asText) === same);
  return others.length > 0 && holds ? namesBy(design, network, others) : new Map();
}

/**
 * The network of two samples, where what is written of it is the same as of one: then its file holds for any number of
 * them. A graph that counts the samples, or mixes them, holds for one.
 */
export function ofTwoSamples(
  design: Design,
  network: FlatNetwork,
  written: (network: FlatNetwork) => unknown,
): FlatNetwork | undefined {
  const two = flatten(analyzeTogether(design, 2));
  if (!two.ok) return undefined;
  const [one, other] = [network, two.value].map((each) => JSON.stringify(written(each), asText));
  return one === other ? two.value : undefined;
}

/** Lists of numbers are compared as such, however long. */
function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<unknown>, String) : value;
}

function stretched(design: Design, of: (extent: number) => number): Design {
  const nodes = Object.entries(design.nodes).map(([id, node]) => {
    const { open, params } = node;
    if (!open) return [id, node];
    const shape = (params.shape as Dims).map((extent, axis) => (open[axis] ? of(extent) : extent));
    return [id, { ...node, params: { ...params, shape } }];
  });
  return { ...design, nodes: Object.fromEntries(nodes) };
}

function namesBy(design: Design, network: FlatNetwork, others: readonly FlatNetwork[]): AxisNames {
  /** The extents of each named axis, here and in the others. */
  const known = new Map<string, string>();
  const names = new Map<NodeId, readonly (string | null)[]>();
  for (const at of network.inputs) {
    const { id, outputDims } = network.steps[at]!;
    const open = design.nodes[id]?.open ?? [];
    const dims = outputDims[0]!;
    // What is named is a sample's shape; a batch stands before it.
    const axes = dims.map((_, axis) => open[axis - (dims.length - open.length)] ?? null);
    names.set(
      id,
      axes.map((name) => (name === '?' ? '' : name)),
    );
    for (const [axis, name] of axes.entries()) {
      const extents = [network, ...others].map(({ steps }) => steps[at]!.outputDims[0]![axis]!).join();
      if (name && name !== '?' && !known.has(extents)) known.set(extents, name);
    }
  }
  for (const at of network.outputs) {
    const { id, inputDims } = network.steps[at]!;
    const axes = inputDims[0]!.map((extent, axis) => {
      const extents = [extent, ...others.map(({ steps }) => steps[at]!.inputDims[0]![axis]!)];
      return extents.every((each) => each === extent) ? null : (known.get(extents.join()) ?? '');
    });
    names.set(id, axes);
  }
  return names;
}

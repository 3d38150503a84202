import { analyze } from '../../analysis/analyze.ts';
import { type FlatNetwork, flatten, weightHolders } from '../../analysis/flatten.ts';
import { elementCount } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { Design } from '../../graph/design.ts';
import { readSpec } from '../spec/read.ts';
import type { LazyWeight, LazyWeights } from '../weights/store.ts';
import type { AttributeToWrite, NodeToWrite } from './encode.ts';
import { DESIGN_KEY, exportedNodes } from './export.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from './model.ts';
import type { PagedReader } from './protobuf.ts';
import { type OpenExternal, partsOf, readElements } from './tensor-data.ts';

/** A design found beside the graph that was written from it. */
export interface Restored {
  readonly design: Design;
  readonly network: FlatNetwork;
  readonly weights: LazyWeights;
}

/**
 * Gives back the design that a model was exported from, with its blocks, budget and layout. Only where the graph is
 * still the one that this design is written as: what other tools changed in the graph counts, not what lies beside it.
 */
export function restore(
  model: OnnxModel,
  reader: PagedReader,
  openExternal?: OpenExternal,
): Restored | undefined {
  const design = designIn(model);
  if (!design) return undefined;
  const network = flatten(analyze(design));
  if (!network.ok || !sameNodes(model.nodes, exportedNodes(network.value))) return undefined;
  const weights = weightsFor(network.value, model, reader, openExternal);
  return weights && { design, network: network.value, weights };
}

/** The design beside a graph, whether or not the graph is still the one that it is written as. */
export function designIn({ metadata }: OnnxModel): Design | undefined {
  const spec = metadata.get(DESIGN_KEY);
  const read = spec === undefined ? undefined : readSpec(spec);
  return read?.ok ? read.value : undefined;
}

function sameNodes(found: readonly OnnxNode[], written: readonly NodeToWrite[]): boolean {
  return (
    found.length === written.length &&
    found.every((node, i) => {
      const { op, name, inputs, outputs, attributes } = written[i]!;
      return (
        node.op === op &&
        node.name === name &&
        sameList(node.inputs, inputs) &&
        sameList(node.outputs, outputs) &&
        node.attributes.size === Object.keys(attributes).length &&
        Object.entries(attributes).every(([key, value]) => sameAttribute(node.attributes.get(key), value))
      );
    })
  );
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function sameAttribute(found: OnnxAttribute | undefined, written: AttributeToWrite): boolean {
  if (found === undefined) return false;
  if (typeof written === 'number') return found.kind === 'int' && found.value === written;
  if (typeof written === 'string') return found.kind === 'text' && found.value === written;
  if ('float' in written) return found.kind === 'float' && found.value === Math.fround(written.float);
  return found.kind === 'ints' && sameList(found.value, written);
}

function weightsFor(
  network: FlatNetwork,
  { initializers }: OnnxModel,
  reader: PagedReader,
  openExternal: OpenExternal | undefined,
): LazyWeights | undefined {
  const byName = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const store: Record<string, Record<string, LazyWeight>> = {};
  for (const { id, step } of weightHolders(network)) {
    const { kind, weights } = step;
    for (const { name, dims } of weights) {
      const tensor = byName.get(kind === 'constant' ? id : `${id}.${name}`);
      if (!tensor || elementCount(tensor.dims) !== elementCount(dims)) return undefined;
      store[id] ??= {};
      const part = partsOf(reader, tensor, openExternal);
      store[id][name] = {
        dims,
        load: () => floats(reader, tensor, dims, openExternal),
        ...(part && { part }),
      };
    }
  }
  return store;
}

async function floats(
  reader: PagedReader,
  tensor: OnnxTensor,
  dims: readonly number[],
  openExternal: OpenExternal | undefined,
): Promise<FloatTensor> {
  const elements = await readElements(reader, tensor, openExternal);
  return new Tensor(
    'float32',
    elements instanceof Float32Array ? elements : Float32Array.from(elements),
    dims,
  );
}

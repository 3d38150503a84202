import type { FlatStep } from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { layerOf } from '../../layers/index.ts';
import type { PlanOp, ValueId } from './graph.ts';

/** What a layer's lowering works with. */
export interface Site {
  readonly step: FlatStep;
  readonly inputs: readonly ValueId[];
  readonly inputDims: readonly Dims[];
  /** Of the first output, and of all. */
  readonly dims: Dims;
  readonly allDims: readonly Dims[];
}

export type OpDraft = PlanOp extends infer O
  ? O extends PlanOp
    ? Omit<O, 'nodes' | 'macs' | 'output'>
    : never
  : never;

/** Operations and values as they come. */
export class GraphBuilder {
  readonly ops: PlanOp[] = [];
  readonly values: Dims[] = [];

  value(dims: Dims): ValueId {
    return this.values.push(dims) - 1;
  }

  /** Adds one operation of a layer and returns its output. */
  emit(site: Site, draft: OpDraft, dims: Dims = site.dims): ValueId {
    const output = this.value(dims);
    this.ops.push({ ...draft, nodes: [site.step.id], macs: this.macsOf(draft, site, dims), output });
    return output;
  }

  private macsOf(draft: OpDraft, site: Site, dims: Dims): number {
    if (draft.kind === 'matrix-product') return elementCount(dims) * draft.k;
    return draft.kind === 'convolution' ? macsOf(site) : 0;
  }

  /** The same elements under other extents; the value itself when they are the same already. */
  reshape(site: Site, from: ValueId, dims: Dims): ValueId {
    if (sameDims(this.values[from]!, dims)) return from;
    return this.emit(site, { kind: 'reshape', inputs: [from] }, dims);
  }
}

/** Multiply-adds of a layer for the batch that is planned, by its cost rule. */
function macsOf({ step: { kind, params }, inputDims, allDims }: Site): number {
  const layer = layerOf(kind);
  const weights = layer.weights({ params, inputs: inputDims });
  return layer.cost({ params, inputs: inputDims, outputs: allDims, weights }).macs.value;
}

/** Elements between neighbours on each axis of a row-major tensor. */
export function rowMajor(dims: Dims): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

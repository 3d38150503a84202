import { type Dims, elementCount } from '../../base/dims.ts';
import { type Issue, isIssue } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import {
  type DesignNode,
  inputPortNames,
  isNodeId,
  type NodeId,
  type PortRef,
  type Wire,
  wireId,
} from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import type { WeightSpec } from '../../layers/define.ts';
import { type LayerKind, layerOf } from '../../layers/index.ts';
import { readParam } from '../../schema/codec.ts';
import type { ParamValues } from '../../schema/params.ts';
import type { LazyWeight } from '../weights/store.ts';

/** A layer as it would stand in a design: what it gives for what comes in, and which weights it needs. */
export interface Settled {
  readonly node: DesignNode;
  readonly inputs: readonly Dims[];
  readonly outputs: readonly Dims[];
  readonly weights: readonly WeightSpec[];
}

/** A layer with these parameters, for inputs of these shapes; an issue where they do not fit. */
export function settled(kind: LayerKind, params: ParamValues, inputs: readonly Dims[]): Settled | Issue {
  const layer = layerOf(kind);
  const node = newNode(kind, params);
  for (const [name, p] of Object.entries(layer.params)) {
    const read = readParam(name, p, node.params[name]!);
    if (typeof read === 'object' && isIssue(read)) return read;
  }
  const at = { params: node.params, inputs };
  const outputs = layer.shape(at);
  return isIssue(outputs) ? outputs : { node, inputs, outputs, weights: layer.weights(at) };
}

/** More than is kept of a name; what is longer is somebody's joke, and its dots would be counted again and again. */
const LONGEST_NAME = 400;

/** The id that reads like a name of another program. */
export function idOf(wanted: string): NodeId {
  const plain = wanted
    .slice(0, LONGEST_NAME)
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_.-]+/gu, '.')
    .replace(/^\.+|\.+$/g, '');
  const base = (/^[\p{L}_]/u.test(plain) ? plain : `n${plain === '' ? '' : '_'}${plain}`).slice(0, 110);
  return isNodeId(base) ? base : 'node';
}

/** Nodes and wires of a design, or of a block of it, while a file of another program is read. */
export class Assembly {
  readonly nodes: Record<NodeId, DesignNode> = {};
  readonly wires: Record<string, Wire> = {};
  /** How far the numbers behind a name have got, so that many of one name cost no search each. */
  readonly #counts = new Map<NodeId, number>();

  has(id: NodeId): boolean {
    return Object.hasOwn(this.nodes, id);
  }

  /** A free id that reads like the name. */
  freeId(wanted: string): NodeId {
    const base = idOf(wanted);
    if (!this.has(base)) return base;
    for (let i = this.#counts.get(base) ?? 2; ; i++) {
      this.#counts.set(base, i + 1);
      if (!this.has(`${base}_${i}`)) return `${base}_${i}`;
    }
  }

  /** Puts a node in its place, fed by these. */
  put(id: NodeId, node: DesignNode, inputs: readonly PortRef[]): void {
    this.nodes[id] = node;
    const ports = inputPortNames(node.kind, inputs.length);
    for (const [i, from] of inputs.entries()) {
      const wire = { from, to: { node: id, port: ports[i]! } };
      this.wires[wireId(wire)] = wire;
    }
  }
}

/** Numbers that stand in no file; one of them stands in every place. */
export function written(dims: Dims, values: readonly number[]): LazyWeight {
  return {
    dims,
    async load() {
      const data = Float32Array.from({ length: elementCount(dims) }, (_, i) => values[i % values.length]!);
      return new Tensor('float32', data, dims);
    },
  };
}

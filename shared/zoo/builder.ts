import { definitionOf, type NodeKind } from '../blocks/index.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  inputPortNames,
  type NodeId,
  type Wire,
  wireId,
} from '../graph/design.ts';
import { newNode } from '../graph/edits.ts';
import type { ParamValues } from '../schema/params.ts';

/** Writes networks as their papers list them: one layer after another, branching where told. */
export class NetworkBuilder {
  readonly #nodes: Record<NodeId, DesignNode> = {};
  readonly #wires: Record<string, Wire> = {};
  #last = '';

  /** Adds a node fed by the node before it, or by `from`, and returns its id. */
  add(id: NodeId, kind: NodeKind, params: ParamValues = {}, ...from: readonly NodeId[]): NodeId {
    this.#nodes[id] = newNode(kind, params);
    const sources = from.length > 0 ? from : definitionOf(kind).inputs.length > 0 ? [this.#last] : [];
    const ports = inputPortNames(kind, sources.length);
    for (const [i, source] of sources.entries()) {
      const { kind: sourceKind, params: sourceParams } = this.#nodes[source]!;
      const port = definitionOf(sourceKind).outputs(sourceParams)[0]!.name;
      const wire = { from: { node: source, port }, to: { node: id, port: ports[i]! } };
      this.#wires[wireId(wire)] = wire;
    }
    this.#last = id;
    return id;
  }

  input(channels: number, height: number, width = height): NodeId {
    return this.add('input', 'input', { shape: [channels, height, width] });
  }

  conv(id: NodeId, channels: number, kernel: number, options: ConvOptions = {}): NodeId {
    const { stride = 1, padding = 0, groups = 1, bias = true, from } = options;
    return this.add(
      id,
      'conv2d',
      {
        channels,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [padding, padding, padding, padding],
        groups,
        bias,
      },
      ...(from === undefined ? [] : [from]),
    );
  }

  maxPool(
    id: NodeId,
    kernel: number,
    stride: number,
    options: { padding?: number; ceilMode?: boolean } = {},
  ): NodeId {
    const { padding = 0, ceilMode = false } = options;
    return this.add(id, 'maxPool', {
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [padding, padding, padding, padding],
      ceilMode,
    });
  }

  design(name: string, notes: string): Design {
    return { ...emptyDesign, name, notes, nodes: this.#nodes, wires: this.#wires };
  }
}

export interface ConvOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly from?: NodeId;
}

import type { Activation } from '../blocks/activation.ts';
import { definitionOf, type NodeKind } from '../blocks/index.ts';
import {
  type BlockDefinition,
  type Design,
  type DesignNode,
  emptyDesign,
  inputPortNames,
  type NodeId,
  type Wire,
  wireId,
} from '../graph/design.ts';
import { newNode } from '../graph/edits.ts';
import type { Pair, ParamValues } from '../schema/params.ts';

/** Writes networks as their papers list them: one layer after another, branching where told. */
export class NetworkBuilder {
  readonly #nodes: Record<NodeId, DesignNode> = {};
  readonly #wires: Record<string, Wire> = {};
  readonly #blocks: Record<string, BlockDefinition> = {};
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

  /** The node that the next one is fed by where nothing else is said. */
  get last(): NodeId {
    return this.#last;
  }

  /** Adds a block of the network's own, which `name` stands for from now on; `inside` writes it from its input on. */
  own(
    name: string,
    channels: number,
    extent: number,
    inside: (b: NetworkBuilder, input: NodeId) => void,
  ): void {
    const b = new NetworkBuilder();
    inside(b, b.input(channels, extent));
    b.add('output', 'output');
    this.#blocks[name] = { nodes: b.#nodes, wires: b.#wires, layout: {} };
  }

  /** A node that stands for a block of the network's own, some times in a row. */
  use(id: NodeId, block: string, repeat = 1): NodeId {
    return this.add(id, 'userBlock', { block, repeat });
  }

  /** Convolution, batch norm and activation as one node. */
  unit(id: NodeId, channels: number, kernel: number | Pair, options: UnitOptions = {}): NodeId {
    const [rows, columns] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const { stride = 1, padding, groups = 1, activation = 'relu', epsilon = 1e-5, from } = options;
    const [top, left] = padding === undefined ? [(rows - 1) >> 1, (columns - 1) >> 1] : [padding, padding];
    return this.add(
      id,
      'convBnRelu',
      {
        channels,
        kernel: [rows, columns],
        stride: [stride, stride],
        padding: [top, left, top, left],
        groups,
        activation,
        epsilon,
      },
      ...(from === undefined ? [] : [from]),
    );
  }

  /** The mean of each channel, and scores of `classes`. */
  classify(id: NodeId, classes = 1000): void {
    this.add('avgpool', 'globalAvgPool');
    this.add(id, 'linear', { features: classes });
    this.add('output', 'output');
  }

  /** What a rule finds at a node stays as it was published, and the design says why. */
  silence(id: NodeId, rule: string, reason: string): void {
    const node = this.#nodes[id]!;
    this.#nodes[id] = { ...node, suppress: [...(node.suppress ?? []), { rule, reason }] };
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
    return { ...emptyDesign, name, notes, nodes: this.#nodes, wires: this.#wires, blocks: this.#blocks };
  }
}

export interface UnitOptions {
  readonly stride?: number;
  /** Half the kernel where nothing is said, so that the map keeps its size. */
  readonly padding?: number;
  readonly groups?: number;
  readonly activation?: Activation;
  readonly epsilon?: number;
  readonly from?: NodeId;
}

export interface ConvOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly from?: NodeId;
}

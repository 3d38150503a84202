import { largestOf } from '../../base/extremes.ts';
import { definitionOf } from '../../blocks/index.ts';
import {
  type DesignNode,
  inputPortNames,
  type NodeId,
  type PortRef,
  variadicIndex,
} from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';

/**
 * The short forms of a node's inputs. `"a"`: one wire into the first port. `["a", null, "b"]`: ports in order.
 * `{"in": "a"}`: by port name, for wires that the list cannot hold: two into one port, or one into a port that the
 * layer does not have. A source is `node` for its first output, else `node:port`.
 */
export type Nodes = ReadonlyMap<NodeId, DesignNode>;

/** What feeds each port, in the order of the wires. */
export type Feeds = ReadonlyMap<string, readonly PortRef[]>;

/** More empty places than this in a list of variadic ports read worse than names. */
const MAX_GAPS = 8;

export function writeFrom(feeds: Feeds, node: DesignNode, nodes: Nodes): Json | undefined {
  if (feeds.size === 0) return undefined;
  const list = listForm(feeds, node, nodes);
  if (list === undefined) return objectForm(feeds, node, nodes);
  return list.length === 1 && list[0] !== null ? list[0]! : list;
}

/** The names of the first `count` ports in order; undefined when the list form does not fit this kind. */
export function listPorts(node: DesignNode, count: number): readonly string[] | undefined {
  const { inputs } = definitionOf(node.kind);
  const variadic = inputs.findIndex(({ atLeast }) => atLeast !== undefined);
  if (variadic >= 0 && variadic < inputs.length - 1) return undefined;
  return inputPortNames(node.kind, count).slice(0, count);
}

function listForm(feeds: Feeds, node: DesignNode, nodes: Nodes): Json[] | undefined {
  const positions = new Map<number, string>();
  for (const [port, sources] of feeds) {
    const position = positionOf(node, port);
    if (sources.length > 1 || position === undefined) return undefined;
    positions.set(position, sourceText(sources[0]!, nodes));
  }
  const length = largestOf(positions.keys()) + 1;
  if (length - positions.size > MAX_GAPS || listPorts(node, length) === undefined) return undefined;
  return Array.from({ length }, (_, i) => positions.get(i) ?? null);
}

function positionOf(node: DesignNode, port: string): number | undefined {
  const { inputs } = definitionOf(node.kind);
  for (const [i, { name, atLeast }] of inputs.entries()) {
    if (atLeast === undefined) {
      if (name === port) return i;
      continue;
    }
    const index = variadicIndex(name, port);
    if (index !== undefined) return i + index;
  }
  return undefined;
}

function objectForm(feeds: Feeds, node: DesignNode, nodes: Nodes): Json {
  const place = (port: string): number => positionOf(node, port) ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...feeds].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([port, sources]) => {
      const texts = sources.map((source) => sourceText(source, nodes));
      return [port, texts.length === 1 ? texts[0]! : texts];
    }),
  );
}

function sourceText({ node, port }: PortRef, nodes: Nodes): string {
  return port === firstOutput(nodes.get(node)) ? node : `${node}:${port}`;
}

/** The port that a bare node name stands for; undefined when the node has no outputs. */
export function firstOutput(node: DesignNode | undefined): string | undefined {
  return node === undefined ? undefined : definitionOf(node.kind).outputs(node.params)[0]?.name;
}

import { definitionOf } from '../../blocks/index.ts';
import { isNodeId, type NodeId, type PortRef, type Wire, type WireId, wireId } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import { portPattern } from './format.ts';
import type { Path } from './path.ts';
import type { ReadNode, ReadNodes } from './read-nodes.ts';
import { brief, isObject, type Reading } from './reading.ts';
import { firstOutput, listPorts } from './wiring.ts';

/** Joins the nodes by their `from` entries, once all nodes are known. */
export function readWires(reading: Reading, read: ReadNodes): Readonly<Record<WireId, Wire>> {
  const wires = new Map<WireId, Wire>();
  for (const [id, { from, path, node }] of read.nodes) {
    if (from === undefined) continue;
    for (const { port, source, at } of portEntries(reading, from, [...path, 'from'], id, node)) {
      const ref = readSource(reading, source, at, id, read);
      if (ref === undefined) continue;
      const wire: Wire = { from: ref, to: { node: id, port } };
      const key = wireId(wire);
      if (wires.has(key)) {
        reading.report(
          at,
          'duplicate-wire',
          `The wire from "${ref.node}" into port "${port}" stands here twice.`,
          'Write it once.',
          { node: id, port },
        );
      } else wires.set(key, wire);
    }
  }
  return Object.fromEntries(wires);
}

interface PortEntry {
  readonly port: string;
  readonly source: Json;
  readonly at: Path;
}

function portEntries(
  reading: Reading,
  from: Json,
  path: Path,
  id: NodeId,
  node: ReadNode['node'],
): readonly PortEntry[] {
  if (isObject(from)) return namedEntries(reading, from, path, id);
  const list: readonly Json[] = Array.isArray(from) ? from : [from];
  const ports = listPorts(node, list.length);
  if (ports === undefined) {
    reading.report(
      path,
      'ports-need-names',
      `A list cannot say which of the ports of ${definitionOf(node.kind).title} is meant.`,
      'Write an object from port names to sources.',
      { node: id },
    );
    return [];
  }
  return list.flatMap((source, i): PortEntry[] => {
    const at = Array.isArray(from) ? [...path, i] : path;
    const port = ports[i];
    if (port !== undefined) return source === null && Array.isArray(from) ? [] : [{ port, source, at }];
    reading.report(
      at,
      'no-such-port',
      `${definitionOf(node.kind).title} "${id}" has ${ports.length === 0 ? 'no input' : `only ${ports.length} input${ports.length === 1 ? '' : 's'}`}.`,
      'Remove the wire, or join the branches first with Add or Concat.',
      { node: id },
    );
    return [];
  });
}

function namedEntries(
  reading: Reading,
  from: Readonly<Record<string, Json>>,
  path: Path,
  id: NodeId,
): readonly PortEntry[] {
  return Object.entries(from).flatMap(([port, sources]): PortEntry[] => {
    const at = [...path, port];
    if (!portPattern.test(port)) {
      reading.report(
        at,
        'bad-port',
        `${brief(port)} cannot be the name of a port.`,
        'Ports are called as in the layer reference, such as "in".',
        { node: id },
      );
      return [];
    }
    if (!Array.isArray(sources)) return [{ port, source: sources, at }];
    return sources.map((source: Json, i) => ({ port, source, at: [...at, i] }));
  });
}

function readSource(
  reading: Reading,
  source: Json,
  path: Path,
  id: NodeId,
  { nodes, broken }: ReadNodes,
): PortRef | undefined {
  if (typeof source !== 'string') {
    reading.wrongType(path, 'The source of a wire', 'the id of a node, or "id:port"', source);
    return undefined;
  }
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  if (!isNodeId(name)) {
    reading.report(
      path,
      'bad-source',
      `${brief(source)} does not name a node.`,
      'Write the source as "node" or "node:port".',
      { node: id },
    );
    return undefined;
  }
  if (broken.has(name)) return undefined;
  const feeding = nodes.get(name);
  if (feeding === undefined) {
    const near = reading.nearest(name, nodes);
    reading.report(
      path,
      'unknown-source',
      `"${id}" takes its input from ${brief(name)}, but there is no such node.`,
      near === undefined ? 'Add the node, or remove the wire.' : `Did you mean "${near}"?`,
      { node: id },
    );
    return undefined;
  }
  const port = colon < 0 ? firstOutput(feeding.node) : source.slice(colon + 1);
  if (port === undefined) {
    reading.report(
      path,
      'no-output',
      `"${name}" is an ${definitionOf(feeding.node.kind).title}: it has no output to take.`,
      `Take the input of "${name}" instead.`,
      { node: id },
    );
    return undefined;
  }
  if (portPattern.test(port)) return { node: name, port };
  reading.report(
    path,
    'bad-port',
    `${brief(port)} cannot be the name of a port.`,
    'Write the source as "node" or "node:port".',
    { node: id },
  );
  return undefined;
}

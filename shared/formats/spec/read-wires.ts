import { messages } from '../../base/problem.ts';
import { definitionOf } from '../../blocks/index.ts';
import { isNodeId, type NodeId, type PortRef, type Wire, type WireId, wireId } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_WIRES, portPattern } from './format.ts';
import type { Path } from './path.ts';
import type { ReadNode, ReadNodes } from './read-nodes.ts';
import { brief, isObject, type Reading } from './reading.ts';
import { firstOutput, listPorts } from './wiring.ts';

export const say = messages('formats/spec/read-wires', {
  'duplicate-wire': ['The wire from "{{node}}" into port "{{port}}" stands here twice.', 'Write it once.'],
  'ports-need-names': [
    'A list cannot say which of the ports of {{title}} is meant.',
    'Write an object from port names to sources.',
  ],
  'no-such-port:none': [
    '{{title}} "{{id}}" has no input.',
    'Remove the wire, or join the branches first with Add or Concat.',
  ],
  'no-such-port:one': [
    '{{title}} "{{id}}" has only 1 input.',
    'Remove the wire, or join the branches first with Add or Concat.',
  ],
  'no-such-port:few': [
    '{{title}} "{{id}}" has only {{count}} inputs.',
    'Remove the wire, or join the branches first with Add or Concat.',
  ],
  'bad-port:input': [
    '{{port}} cannot be the name of a port.',
    'Ports are called as in the layer reference, such as "in".',
  ],
  'id-node-or': 'the id of a node, or "id:port"',
  'bad-source': ['{{source}} does not name a node.', 'Write the source as "node" or "node:port".'],
  'unknown-source': [
    '"{{id}}" takes its input from {{name}}, but there is no such node.',
    'Add the node, or remove the wire.',
  ],
  'unknown-source:near': [
    '"{{id}}" takes its input from {{name}}, but there is no such node.',
    'Did you mean "{{near}}"?',
  ],
  'too-many-wires': [
    'A design may have {{most}} wires at most; this one has more.',
    'Divide it into several.',
  ],
  'no-output': [
    '"{{name}}" is an {{title}}: it has no output to take.',
    'Take the input of "{{name}}" instead.',
  ],
  'bad-port:source': ['{{port}} cannot be the name of a port.', 'Write the source as "node" or "node:port".'],
});

/** Joins the nodes by their `from` entries, once all nodes are known. */
export function readWires(reading: Reading, read: ReadNodes): Readonly<Record<WireId, Wire>> {
  const wires = new Map<WireId, Wire>();
  for (const [id, { from, path, node }] of read.nodes) {
    if (from === undefined) continue;
    for (const { port, source, at } of portEntries(reading, from, [...path, 'from'], id, node)) {
      if (!reading.mayWire()) {
        reading.report(at, () => say('too-many-wires', { most: MAX_WIRES }), { node: id });
        return {};
      }
      const ref = readSource(reading, source, at, id, read);
      if (ref === undefined) continue;
      const wire: Wire = { from: ref, to: { node: id, port } };
      const key = wireId(wire);
      if (wires.has(key)) {
        reading.report(at, () => say('duplicate-wire', { node: ref.node, port }), { node: id, port });
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

/** One after the other: of very many, only so many are taken. */
function* portEntries(
  reading: Reading,
  from: Json,
  path: Path,
  id: NodeId,
  node: ReadNode['node'],
): Iterable<PortEntry> {
  if (isObject(from)) {
    yield* namedEntries(reading, from, path, id);
    return;
  }
  const list: readonly Json[] = Array.isArray(from) ? from : [from];
  const ports = listPorts(node, list.length);
  if (ports === undefined) {
    reading.report(path, () => say('ports-need-names', { title: definitionOf(node.kind).title }), {
      node: id,
    });
    return;
  }
  for (const [i, source] of list.entries()) {
    const at = Array.isArray(from) ? [...path, i] : path;
    const port = ports[i];
    if (port !== undefined) {
      if (source !== null || !Array.isArray(from)) yield { port, source, at };
      continue;
    }
    const { title } = definitionOf(node.kind);
    const count = ports.length;
    const issue =
      count === 0
        ? say('no-such-port:none', { title, id })
        : count === 1
          ? say('no-such-port:one', { title, id })
          : say('no-such-port:few', { title, id, count });
    reading.report(at, issue, { node: id });
  }
}

function* namedEntries(
  reading: Reading,
  from: Readonly<Record<string, Json>>,
  path: Path,
  id: NodeId,
): Iterable<PortEntry> {
  for (const [port, sources] of Object.entries(from)) {
    const at = [...path, port];
    if (!portPattern.test(port))
      reading.report(at, () => say('bad-port:input', { port: brief(port) }), { node: id });
    else if (!Array.isArray(sources)) yield { port, source: sources, at };
    else
      for (const [i, source] of (sources as readonly Json[]).entries())
        yield { port, source, at: [...at, i] };
  }
}

function readSource(
  reading: Reading,
  source: Json,
  path: Path,
  id: NodeId,
  { nodes, broken }: ReadNodes,
): PortRef | undefined {
  if (typeof source !== 'string') {
    reading.wrongType(path, 'The source of a wire', say.part('id-node-or'), source);
    return undefined;
  }
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  if (!isNodeId(name)) {
    reading.report(path, () => say('bad-source', { source: brief(source) }), { node: id });
    return undefined;
  }
  if (broken.has(name)) return undefined;
  const feeding = nodes.get(name);
  if (feeding === undefined) {
    const near = reading.nearest(name, () => [...nodes.keys()]);
    reading.report(
      path,
      () =>
        near === undefined
          ? say('unknown-source', { id, name: brief(name) })
          : say('unknown-source:near', { id, name: brief(name), near }),
      { node: id },
    );
    return undefined;
  }
  const port = colon < 0 ? firstOutput(feeding.node) : source.slice(colon + 1);
  if (port === undefined) {
    reading.report(path, () => say('no-output', { name, title: definitionOf(feeding.node.kind).title }), {
      node: id,
    });
    return undefined;
  }
  if (portPattern.test(port)) return { node: name, port };
  reading.report(path, () => say('bad-port:source', { port: brief(port) }), { node: id });
  return undefined;
}

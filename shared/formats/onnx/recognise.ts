import { AskedAttributes } from './asked-attributes.ts';
import { readBy } from './inline.ts';
import type { OnnxModel, OnnxNode } from './model.ts';
import type { Found, PatternGraph } from './patterns.ts';
import { findIn, type Structure, structures } from './structures.ts';
import type { Value } from './values.ts';

/**
 * The nodes of a model with those that are one layer together put together, as `madeOf` of the node that stands for
 * them: exporters write layer normalisation, GELU and others as what they compute. Nothing else may read what lies
 * inside, and constants must be what the layer has, to the last bit of single precision.
 *
 * Whether shapes fit shows only when the model is translated: then the node is one layer, or what it is made of.
 */
export function recognise(
  { nodes, outputs }: OnnxModel,
  values: ReadonlyMap<string, Value>,
  isKept: (value: string) => boolean,
): readonly OnnxNode[] {
  const makers = new Map<string, OnnxNode>();
  const readers = new Map<string, Set<OnnxNode>>();
  for (const node of nodes) {
    for (const name of node.outputs) if (name !== '') makers.set(name, node);
    for (const name of readBy(node)) {
      const known = readers.get(name);
      if (known) known.add(node);
      else readers.set(name, new Set([node]));
    }
  }
  const asked = new Map<OnnxNode, AskedAttributes>();
  const graph = patternGraph(makers, values, asked);
  const open = new Set(outputs.map(({ name }) => name));
  const inside = (found: Found, last: OnnxNode) => {
    const all = new Set(found.nodes);
    return [...all].every(
      (node) =>
        node === last ||
        node.outputs.every(
          (name) =>
            !open.has(name) && !isKept(name) && [...(readers.get(name) ?? [])].every((each) => all.has(each)),
        ),
    );
  };

  const taken = new Set<OnnxNode>();
  const made = new Map<OnnxNode, OnnxNode>();
  for (const structure of structures) {
    for (const node of nodes) {
      if (taken.has(node) || node.outputs.length !== 1 || !structure.last.includes(node.op)) continue;
      const found = findIn(structure, node.outputs[0]!, graph);
      if (!found || found.nodes.some((each) => taken.has(each)) || !inside(found, node)) continue;
      if (found.nodes.some((each) => unknownIn(each, asked))) continue;
      for (const each of found.nodes) taken.add(each);
      made.set(node, asOne(structure, node, found));
    }
  }
  return nodes.flatMap((node) => made.get(node) ?? (taken.has(node) ? [] : [node]));
}

/** Whether a node has an attribute that no pattern asks for: it is told when the node is translated by itself. */
function unknownIn(node: OnnxNode, asked: ReadonlyMap<OnnxNode, AskedAttributes>): boolean {
  return (asked.get(node) ?? new AskedAttributes(node.attributes)).unasked !== undefined;
}

function asOne(structure: Structure, last: OnnxNode, found: Found): OnnxNode {
  const given = structure.inputs.map((name) => found.values.get(name) ?? '');
  return {
    op: structure.op,
    domain: '',
    // As exporters name the operator where there is one: the last part of the path is the operator's.
    name: last.name === '' ? '' : last.name.slice(0, last.name.lastIndexOf('/') + 1) + structure.op,
    inputs: given,
    outputs: last.outputs,
    attributes: new Map(Object.entries(structure.attributes?.(found) ?? {})),
    offset: last.offset,
    madeOf: [...new Set(found.nodes)].reverse(),
    ...(last.opset === undefined ? {} : { opset: last.opset }),
  };
}

/** Constants have no maker here: a pattern goes back along what flows. */
function patternGraph(
  makers: ReadonlyMap<string, OnnxNode>,
  values: ReadonlyMap<string, Value>,
  asked: Map<OnnxNode, AskedAttributes>,
): PatternGraph {
  const known = new Map<string, boolean>();
  /** Weights that are moved or cast before they are used are known as well; few steps are gone back. */
  const isKnown = (value: string, depth = 0): boolean => {
    const met = values.get(value) ? values.get(value)!.kind === 'constant' : known.get(value);
    if (met !== undefined) return met;
    const node = makers.get(value);
    const given = node?.inputs.filter((name) => name !== '') ?? [];
    // Shapes are known whatever flows.
    const is =
      node?.op === 'Shape' ||
      (depth < 12 && given.length > 0 && given.every((name) => isKnown(name, depth + 1)));
    known.set(value, is);
    return is;
  };
  return {
    attribute(node, name) {
      if (!node) return undefined;
      const known = asked.get(node) ?? new AskedAttributes(node.attributes);
      asked.set(node, known);
      return known.get(name);
    },
    maker: (value) => (values.has(value) ? undefined : makers.get(value)),
    isKnown,
    numbers(value) {
      const constant = values.get(value);
      // A number of more axes would give the result more of them.
      return constant?.kind === 'constant' && constant.dims.length <= 1 ? constant.values : undefined;
    },
  };
}

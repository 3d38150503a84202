import { parseJsonSource } from '../shared/formats/spec/json-source.ts';
import type { Path } from '../shared/formats/spec/path.ts';
import { isObject } from '../shared/formats/spec/reading.ts';
import type { NodeId } from '../shared/graph/design.ts';
import type { Json } from '../shared/schema/codec.ts';

/** 1-based. */
export interface TextPlace {
  readonly line?: number;
  readonly column?: number;
}

export interface Places {
  /** Where a node of the design, or the design itself, stands in its file; empty where it has no text. */
  node(id: NodeId | undefined): TextPlace;
  at(path: Path): TextPlace;
}

export const noPlaces: Places = { node: () => ({}), at: () => ({}) };

/** Places in the text of a spec; it is read when the first is asked for. */
export function placesIn(text: string): Places {
  let read: ReturnType<typeof readPlaces>;
  const places = () => {
    read ??= readPlaces(text);
    return read;
  };
  return {
    at: (path) => places()?.source.locate(path) ?? {},
    node(id) {
      const known = places();
      if (known === undefined) return {};
      const index = id === undefined ? undefined : known.indexes.get(id);
      if (index !== undefined) return known.source.locate(['nodes', index]);
      return known.source.locate(isObject(known.source.json) && 'name' in known.source.json ? ['name'] : []);
    },
  };
}

function readPlaces(text: string) {
  const source = parseJsonSource(text);
  if (!source.ok) return undefined;
  const { json } = source.value;
  const nodes: Json = isObject(json) ? (json.nodes ?? []) : [];
  const list: readonly Json[] = Array.isArray(nodes) ? nodes : [];
  const indexes = new Map(list.map((node, i) => [isObject(node) ? node.id : undefined, i] as const));
  return { source: source.value, indexes };
}

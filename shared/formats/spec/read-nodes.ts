import { type Issue, messages, retold } from '../../base/problem.ts';
import { catalog, definitionOf, isNodeKind } from '../../blocks/index.ts';
import {
  type DesignNode,
  isNodeId,
  type NodeId,
  type OpenAxes,
  type StateNames,
  type Suppression,
} from '../../graph/design.ts';
import { isLayerKind } from '../../layers/index.ts';
import { type Json, readParams } from '../../schema/codec.ts';
import {
  MAX_AXES,
  MAX_AXIS_NAME_LENGTH,
  MAX_STATE_ALIASES,
  MAX_STATE_KEYS,
  MAX_TEXT_LENGTH,
  nodeKeys,
  portPattern,
  rulePattern,
  stateKeys,
  statePattern,
  suppressionKeys,
} from './format.ts';
import { upgradeParams } from './migrations.ts';
import type { Path } from './path.ts';
import { brief, isObject, isShort, type JsonObject, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-nodes', {
  'list-nodes': 'a list of nodes',
  'weights-unknown:itself': [
    '"{{id}}" cannot use the weights of itself.',
    'Leave "weights" out: a node has weights of its own.',
  ],
  'weights-unknown': [
    '"{{id}}" uses the weights of {{weights}}, but there is no such node.',
    'Leave "weights" out, or name a node.',
  ],
  'weights-unknown:near': [
    '"{{id}}" uses the weights of {{weights}}, but there is no such node.',
    'Did you mean "{{near}}"?',
  ],
  'duplicate-id': [
    'Two nodes are called "{{id}}"; the other is nodes[{{first}}].',
    'Give one of them another id.',
  ],
  'true-or-false': 'true or false',
  object: 'an object',
  'id-node-whose': 'the id of the node whose weights are used',
  'parameters-of-block': ['A block has the parameters of the layers inside.', 'Remove "parameters".'],
  'whole-number-0': 'a whole number of 0 or more',
  'names-by-weight': 'an object of names such as "attn.in_proj_weight"',
  'only-false': 'false, or nothing',
  'list-of-extents': 'a list of extents',
  'list-of-names': 'a list of names such as "features.0"',
  'open-not-input': ['Only an input has open axes.', 'Remove "open".'],
  'list-names-and': 'a list of names and nulls, one for each axis of the shape',
  'key-missing:id': [
    'A node needs an "id".',
    'Use letters, digits and _ - . without a digit in front, 128 characters at most, such as "conv1_1".',
  ],
  'bad-id': [
    '{{given}} cannot be the id of a node.',
    'Use letters, digits and _ - . without a digit in front, 128 characters at most, such as "conv1_1".',
  ],
  'of-node': '{{title}}: {{reason}}',
  'near-parameter': 'Did you mean "{{near}}"? {{hint}}',
  'key-missing:kind': ['A node needs a "kind".', 'Name its layer, such as "conv2d".'],
  'name-layer-or': 'the name of a layer or block',
  'unknown-kind': [
    'There is no layer or block of kind {{kind}}.',
    'Use a kind that the layer reference lists.',
  ],
  'unknown-kind:near': ['There is no layer or block of kind {{kind}}.', 'Did you mean "{{near}}"?'],
  'list-such-as': 'a list such as [{ "rule": "over-budget", "reason": "…" }]',
  'bad-rule-id': [
    'A suppression needs the id of a rule, got {{given}}.',
    'Write a rule id such as "vgg-conv-3x3".',
  ],
  'reason-missing': [
    'Silencing "{{rule}}" needs a reason.',
    'Say in "reason" why the rule does not hold here.',
  ],
});

/** Versions of layers in the file, by kind; 1 where none is given. */
export type LayerVersions = ReadonlyMap<string, number>;

export interface ReadNode {
  readonly node: DesignNode;
  /** The wires into it, still as JSON: they can point at nodes that come later. */
  readonly from: Json | undefined;
  readonly path: Path;
}

export interface ReadNodes {
  readonly nodes: ReadonlyMap<NodeId, ReadNode>;
  /** Nodes with a mistake of their own, so that wires from them are not a second one. */
  readonly broken: ReadonlySet<NodeId>;
}

export function readNodes(reading: Reading, json: Json, path: Path, versions: LayerVersions): ReadNodes {
  const nodes = new Map<NodeId, ReadNode>();
  const broken = new Set<NodeId>();
  if (!Array.isArray(json)) {
    reading.wrongType(path, 'The nodes', say.part('list-nodes'), json);
    return { nodes, broken };
  }
  const places = new Map<NodeId, Path>();
  for (const [i, item] of json.entries()) {
    const at = [...path, i];
    const fields = reading.object(item, at, 'A node', nodeKeys);
    if (fields === undefined) continue;
    const id = readId(reading, fields.id, at, places);
    const node = readNode(reading, fields, at, versions, id);
    if (id === undefined) continue;
    if (node === undefined) broken.add(id);
    else nodes.set(id, { node, from: fields.from, path: at });
  }
  for (const [id, { node, path: at }] of nodes) checkTwin(reading, id, node, [...at, 'weights'], places);
  return { nodes, broken };
}

/** The node whose weights another one uses must be there; whether they fit is for the analysis to say. */
function checkTwin(
  reading: Reading,
  id: NodeId,
  { weights }: DesignNode,
  path: Path,
  places: ReadonlyMap<NodeId, Path>,
): void {
  if (weights === undefined || (places.has(weights) && weights !== id)) return;
  const near = reading.nearest(weights, () => [...places.keys()].filter((other) => other !== id));
  reading.report(
    path,
    () =>
      weights === id
        ? say('weights-unknown:itself', { id })
        : near === undefined
          ? say('weights-unknown', { id, weights: brief(weights) })
          : say('weights-unknown:near', { id, weights: brief(weights), near }),
    { node: id },
  );
}

function readId(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  places: Map<NodeId, Path>,
): NodeId | undefined {
  if (typeof json !== 'string' || !isNodeId(json)) {
    reading.report(json === undefined ? path : [...path, 'id'], () =>
      json === undefined ? say('key-missing:id') : say('bad-id', { given: brief(json) }),
    );
    return undefined;
  }
  const first = places.get(json);
  if (first !== undefined) {
    reading.report([...path, 'id'], () => say('duplicate-id', { id: json, first: first.at(-1)! }), {
      node: json,
    });
    return undefined;
  }
  places.set(json, path);
  return json;
}

function readNode(
  reading: Reading,
  fields: JsonObject,
  path: Path,
  versions: LayerVersions,
  id: NodeId | undefined,
): DesignNode | undefined {
  const kind = fields.kind;
  const suppress = readSuppressions(reading, fields.suppress, [...path, 'suppress']);
  const weights = readTwin(reading, fields.weights, [...path, 'weights']);
  const parameters = readParameters(reading, fields.parameters, [...path, 'parameters'], kind);
  const state = readState(reading, fields.state, [...path, 'state']);
  const open = readOpen(reading, fields.open, [...path, 'open'], kind);
  const bypass = fields.bypass;
  if (bypass !== undefined && typeof bypass !== 'boolean')
    reading.wrongType([...path, 'bypass'], 'bypass', say.part('true-or-false'), bypass);
  if (typeof kind !== 'string' || !isNodeKind(kind)) {
    reportKind(reading, kind, path);
    return undefined;
  }
  const given = fields.params === undefined ? {} : fields.params;
  if (!isObject(given)) {
    reading.wrongType([...path, 'params'], 'params', say.part('object'), given);
    return undefined;
  }
  const definition = definitionOf(kind);
  const { values, issues } = readParams(
    definition.params,
    upgradeParams(definition, given, Math.min(versions.get(kind) ?? 1, definition.version)),
  );
  for (const issue of issues) {
    const { code, param, told } = issue;
    const at = param === undefined ? ['params'] : ['params', param];
    const inFull = (): Issue => {
      const near =
        code === 'parameter-unknown'
          ? reading.nearest(param ?? '', () => Object.keys(definition.params))
          : undefined;
      return retold(
        issue,
        say.part('of-node', { title: definition.title, reason: told.message }),
        near === undefined ? told.hint : say.part('near-parameter', { near, hint: told.hint }),
      );
    };
    reading.report([...path, ...at], inFull, {
      ...(id === undefined ? {} : { node: id }),
      ...(param === undefined ? {} : { param }),
    });
  }
  return {
    kind,
    params: values,
    ...(weights === undefined ? {} : { weights }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(state === undefined ? {} : { state }),
    ...(open === undefined ? {} : { open }),
    ...(bypass === true ? { bypass } : {}),
    ...(suppress.length === 0 ? {} : { suppress }),
  };
}

function readTwin(reading: Reading, json: Json | undefined, path: Path): NodeId | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'string' && isNodeId(json)) return json;
  reading.wrongType(path, 'weights', say.part('id-node-whose'), json);
  return undefined;
}

function readParameters(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  kind: Json | undefined,
): number | undefined {
  if (json === undefined) return undefined;
  if (typeof kind === 'string' && isNodeKind(kind) && !isLayerKind(kind)) {
    reading.report(path, () => say('parameters-of-block'));
    return undefined;
  }
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return json;
  reading.wrongType(path, 'parameters', say.part('whole-number-0'), json);
  return undefined;
}

function readState(reading: Reading, json: Json | undefined, path: Path): StateNames | undefined {
  const fields = json === undefined ? undefined : reading.object(json, path, 'The state', stateKeys);
  if (fields === undefined) return undefined;
  const isName = (name: Json): name is string => typeof name === 'string' && statePattern.test(name);
  const { keys, shape, also, persistent, absent } = fields;
  const entries = isObject(keys ?? null) ? Object.entries(keys as JsonObject) : [];
  const named = entries.filter(
    (entry): entry is [string, string] => portPattern.test(entry[0]) && isName(entry[1]),
  );
  const areKeys = isObject(keys ?? {}) && named.length === entries.length && named.length <= MAX_STATE_KEYS;
  if (!areKeys) reading.wrongType([...path, 'keys'], 'keys', say.part('names-by-weight'), keys ?? null);
  const isExtent = (extent: Json): extent is number => Number.isSafeInteger(extent) && Number(extent) > 0;
  const areExtents = Array.isArray(shape) && shape.length <= MAX_AXES && shape.every(isExtent);
  if (shape !== undefined && !areExtents)
    reading.wrongType([...path, 'shape'], 'shape', say.part('list-of-extents'), shape);
  const areNames = Array.isArray(also) && also.length <= MAX_STATE_ALIASES && also.every(isName);
  if (also !== undefined && !areNames)
    reading.wrongType([...path, 'also'], 'also', say.part('list-of-names'), also);
  if (persistent !== undefined && persistent !== false)
    reading.wrongType([...path, 'persistent'], 'persistent', say.part('only-false'), persistent);
  const isWeight = (name: Json): name is string => typeof name === 'string' && portPattern.test(name);
  const areWeights = Array.isArray(absent) && absent.length <= MAX_STATE_KEYS && absent.every(isWeight);
  if (absent !== undefined && !areWeights)
    reading.wrongType([...path, 'absent'], 'absent', say.part('list-of-names'), absent);
  return {
    ...(named.length === 0 ? {} : { keys: Object.fromEntries(named) }),
    ...(areExtents ? { shape: shape as readonly number[] } : {}),
    ...(areNames ? { also: also as readonly string[] } : {}),
    ...(persistent === false ? { persistent } : {}),
    ...(areWeights ? { absent: absent as readonly string[] } : {}),
  };
}

function readOpen(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  kind: Json | undefined,
): OpenAxes | undefined {
  if (json === undefined) return undefined;
  if (kind !== 'input') {
    reading.report(path, () => say('open-not-input'));
    return undefined;
  }
  const names = Array.isArray(json) && json.length <= MAX_AXES ? (json as readonly Json[]) : undefined;
  const axes = names?.filter(
    (name): name is string | null =>
      name === null || (typeof name === 'string' && name !== '' && isShort(name, MAX_AXIS_NAME_LENGTH)),
  );
  if (axes !== undefined && axes.length === names?.length) return axes;
  reading.wrongType(path, 'open', say.part('list-names-and'), json);
  return undefined;
}

function reportKind(reading: Reading, kind: Json | undefined, path: Path): void {
  if (typeof kind !== 'string') {
    if (kind === undefined) reading.report(path, () => say('key-missing:kind'));
    else reading.wrongType([...path, 'kind'], 'kind', say.part('name-layer-or'), kind);
    return;
  }
  const near = reading.nearest(kind, () => Object.keys(catalog));
  reading.report([...path, 'kind'], () =>
    near === undefined
      ? say('unknown-kind', { kind: brief(kind) })
      : say('unknown-kind:near', { kind: brief(kind), near }),
  );
}

function readSuppressions(reading: Reading, json: Json | undefined, path: Path): readonly Suppression[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) {
    reading.wrongType(path, 'suppress', say.part('list-such-as'), json);
    return [];
  }
  return json.flatMap((item: Json, i): Suppression[] => {
    const at = [...path, i];
    const fields = reading.object(item, at, 'A suppression', suppressionKeys);
    if (fields === undefined) return [];
    const { rule, reason } = fields;
    if (typeof rule !== 'string' || !rulePattern.test(rule)) {
      reading.report([...at, 'rule'], () => say('bad-rule-id', { given: brief(rule ?? null) }));
      return [];
    }
    if (typeof reason !== 'string' || reason.trim() === '' || !isShort(reason, MAX_TEXT_LENGTH)) {
      reading.report([...at, 'reason'], () => say('reason-missing', { rule }));
      return [];
    }
    return [{ rule, reason }];
  });
}

import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type CompleteNode, copyIds, expandOnce, innerNode, repeatOf } from '../../blocks/expansion.ts';
import { blockOf, hasInside, isBlockKind } from '../../blocks/index.ts';
import { blockNameOf } from '../../graph/definitions.ts';
import type { Design } from '../../graph/design.ts';
import { exportPyTorch } from '../pytorch/export.ts';
import type { WeightFile } from '../weights/file.ts';
import { kerasNaming } from './keras.ts';
import { type Naming, placeKey, type WeightPlace } from './naming.ts';
import { type Numbering, otherNames } from './other-names.ts';

const one = (name: string | undefined): readonly string[] => (name === undefined ? [] : [name]);

/** Every naming that is tried, in this order; the one under which most tensors fit is taken. */
export function namingsOf(
  design: Design,
  network: FlatNetwork,
  file?: Pick<WeightFile, 'channelsFirst'>,
): readonly Naming[] {
  const exported = exportPyTorch(design);
  const keys = exported.ok ? exported.value.stateKeys : undefined;
  const positions = sequentialPositions(network);
  const numbering = numberingOf(design, network, positions);
  return [
    { id: 'names', namesOf: ({ node, weight }) => [`${node}.${weight}`.replaceAll('/', '.')] },
    ...(keys
      ? [{ id: 'pytorch' as const, namesOf: (place: WeightPlace) => one(keys.get(placeKey(place))) }]
      : []),
    { id: 'torchvision', namesOf: (place) => torchvisionNames(design, place, numbering) },
    {
      id: 'sequential',
      namesOf: ({ node, weight }) => {
        const position = positions.get(node);
        return position === undefined ? [] : otherNames(`${position}.${weight}`, numbering);
      },
    },
    kerasNaming(network, file),
  ];
}

/**
 * What is one block here may be several modules there, of which the block has the name of the first: ResNet's `conv1` and
 * `bn1`, DenseNet's `conv0` and `norm0`, and the numbers of a sequence.
 */
function apart(head: string, inner: string): readonly string[] {
  const named = /^(.*?)conv(\d*)$/.exec(head);
  const numbered = /^(.*\.)(\d+)$/.exec(head);
  if (inner === 'conv') return named || numbered ? [head] : [];
  if (inner !== 'bn') return [];
  if (named) return ['bn', 'norm'].map((name) => `${named[1]}${name}${named[2]}`);
  return numbered ? [`${numbered[1]}${Number(numbered[2]) + 1}`] : [];
}

/**
 * A node is called as in torchvision, or as timm and mmpretrain call it; what is inside a block has the names that the block gives, of which a file has one or
 * another. A learned constant is a parameter of the module itself, without a name for its value.
 */
function torchvisionNames(
  design: Design,
  { node, weight }: WeightPlace,
  numbering: Numbering,
): readonly string[] {
  const [head, ...path] = node.split('/') as [string, ...string[]];
  const places = pathNames(design, design.nodes[head], path, head).flatMap(asNumbered);
  const names = path.length === 1 ? [...places, ...apart(head, path[0]!)] : places;
  const others = (name: string) => otherNames(name, numbering);
  if (weight === 'value') return names.flatMap(others);
  // PyTorch's attention holds `in_proj_weight` itself.
  return names
    .flatMap((name) => [`${name}.${weight}`, ...(name.endsWith('in_proj') ? [`${name}_${weight}`] : [])])
    .flatMap(others);
}

/** How the parts of torchvision's `features` are counted. */
function numberingOf(
  { nodes }: Design,
  { steps }: FlatNetwork,
  positions: ReadonlyMap<string, string>,
): Numbering {
  const numbers = Object.entries(nodes).flatMap(([id, { params }]) => {
    const found = /^features\._?(\d+)(\.\d+)?$/.exec(id);
    return found
      ? [{ stage: Number(found[1]), isBlock: found[2] !== undefined, count: repeatOf(params) }]
      : [];
  });
  const depths = new Map<number, number>();
  for (const { stage, isBlock, count } of numbers)
    if (isBlock) depths.set(stage, (depths.get(stage) ?? 0) + count);
  const convolutions = steps.flatMap(({ id, kind }) => {
    const found = kind === 'conv2d' ? /^features\._?(\d+)$/.exec(positions.get(id) ?? id) : null;
    return found ? [Number(found[1])] : [];
  });
  return { last: numbers.reduce((most, { stage }) => Math.max(most, stage), -1), depths, convolutions };
}

/** Names here do not begin with a digit: `features._0` is what a sequence has as `features.0`. */
function asNumbered(name: string): readonly string[] {
  const plain = name.replace(/(^|\.)_(?=\d)/g, '$1');
  return plain === name ? [name] : [name, plain];
}

/** Every name that the layer at `path` inside of a node may have, after the node's own. */
function pathNames(
  { blocks }: Pick<Design, 'blocks'>,
  node: CompleteNode | undefined,
  path: readonly string[],
  before: string,
): readonly string[] {
  const [inner, ...rest] = path;
  if (inner === undefined) return [before];
  if (!node || !hasInside(node.kind)) return [[before, ...path].join('.')];
  if (repeatOf(node.params) > 1) {
    const once = { ...node, params: { ...node.params, repeat: 1 } };
    if (isBlockKind(node.kind))
      return pathNames({ blocks }, once, rest, before + blockOf(node.kind).copyName(Number(inner)));
    const copies = copyIds('userBlock', before, repeatOf(node.params), () => false);
    return pathNames({ blocks }, once, rest, copies[Number(inner)] ?? `${before}.${inner}`);
  }
  if (!isBlockKind(node.kind)) {
    const inside = blocks[blockNameOf(node) ?? '']?.nodes[inner];
    return pathNames({ blocks }, inside, rest, `${before}.${inner}`);
  }
  const block = blockOf(node.kind);
  const inside = innerNode(expandOnce(block, node.params), inner);
  const names = new Set([...block.moduleNames(node.params).map((named) => named[inner] ?? inner), inner]);
  return [...names].flatMap((name) => pathNames({ blocks }, inside, rest, `${before}.${name}`));
}

/**
 * AlexNet's and VGG's: two nn.Sequential, `features` up to what flattens the maps and `classifier` after it, whose layers
 * are numbered. Only a network that is a plain chain has such names.
 */
function sequentialPositions({ steps }: FlatNetwork): ReadonlyMap<string, string> {
  const positions = new Map<string, string>();
  let [part, position] = ['features', 0];
  for (const [i, { id, kind, inputs, inputDims, outputDims }] of steps.entries()) {
    if (kind === 'input' || kind === 'output') continue;
    if (inputs.length !== 1 || inputs[0]!.step !== i - 1) return new Map();
    // Where maps become vectors, the classifier begins.
    const toVector = inputDims[0]!.length > 2 && outputDims[0]!.length === 2;
    if (toVector) [part, position] = ['classifier', 0];
    else positions.set(id, `${part}.${position++}`);
  }
  return positions;
}

import { blockNameOf } from './definitions.ts';
import { type DesignNode, isNodeId, type NodeId } from './design.ts';
import { freshId } from './edits.ts';

type Members = ReadonlyMap<string, NodeId>;

/** `layer1.0` where the members are `layer1.0.conv1`, `layer1.0.bn1`, …, as unpacking the block names them. */
export function unpackedName(members: Members): NodeId | undefined {
  const [[inner, member]] = [...members] as [[string, NodeId]];
  if (!member.endsWith(`.${inner}`)) return undefined;
  const name = member.slice(0, -inner.length - 1);
  return [...members].every(([each, id]) => id === `${name}.${each}`) ? name : undefined;
}

interface Surroundings {
  readonly nodes: Readonly<Record<NodeId, unknown>>;
  /** Names that other nodes will have. */
  readonly taken: Readonly<Record<NodeId, unknown>>;
}

/** What a block folded from these members is called: as they are, as far as that means them alone. */
export function foldedName(
  block: Pick<DesignNode, 'kind' | 'params'>,
  members: Members,
  unpacked: NodeId | undefined,
  { nodes, taken }: Surroundings,
): NodeId {
  if (unpacked !== undefined && isNodeId(unpacked) && !Object.hasOwn(taken, unpacked)) return unpacked;
  // As grouping calls it: after the block.
  const own = blockNameOf(block);
  const fresh = (): NodeId =>
    freshId(taken, block.kind, own !== undefined && isNodeId(own) ? own : undefined);
  const common = commonStem([...members.values()]);
  if (common === '' || !isAlone(common, members, nodes)) return fresh();
  const name = withoutEcho(common);
  return isNodeId(name) && !Object.hasOwn(taken, name) ? name : fresh();
}

/** The dotted parts that all names start with, the last part of each left out. */
function commonStem(ids: readonly NodeId[]): string {
  const parts = ids.map((id) => id.split('.').slice(0, -1));
  const [first = []] = parts;
  let length = 0;
  while (length < first.length && parts.every((each) => each[length] === first[length])) length++;
  return first.slice(0, length).join('.');
}

/** No other node is called so, or as a part of it. */
function isAlone(stem: string, members: Members, nodes: Surroundings['nodes']): boolean {
  const inside = new Set(members.values());
  return Object.keys(nodes).every((id) => inside.has(id) || (id !== stem && !id.startsWith(`${stem}.`)));
}

/** `layer1.layer1.0` → `layer1.0`: PyTorch's exporter writes the path to a module before the module's own. */
function withoutEcho(stem: string): string {
  const parts = stem.split('.');
  return parts.filter((part, i) => part !== parts[i - 1]).join('.');
}

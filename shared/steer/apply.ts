import { produce } from 'immer';
import { repeatOf } from '../blocks/expansion.ts';
import type { Design, NodeId } from '../graph/design.ts';
import { addWire, type Edit, inOrder, removeAndBridge, setParams } from '../graph/edits.ts';
import { nextName } from '../graph/next-name.ts';
import type { Chain } from './chains.ts';
import type { Evaluator } from './evaluate.ts';
import type { Steering } from './knobs.ts';
import { blockFactors, reachingOf, scaledBlocks } from './resolve.ts';

/** What makes the design into its variant; undefined where that has a problem. One edit, and so one undo. */
export function editFor(steering: Steering, evaluator: Evaluator, at: readonly number[]): Edit | undefined {
  const { design } = steering;
  const { knobs } = evaluator;
  const changed = evaluator.paramsAt(at);
  if (!changed) return undefined;
  const valueAt = (place: number): number => knobs[place]!.values[at[place]!]!;
  const edits: Edit[] = [];
  for (const [id, params] of changed) edits.push(setParams([id], params));
  const factors = blockFactors(reachingOf(steering, knobs), valueAt);
  if (factors.size > 0) {
    const blocks = scaledBlocks(design.blocks, factors);
    edits.push((draft) => {
      for (const name of factors.keys())
        for (const [id, { params }] of Object.entries(blocks[name]!.nodes)) {
          const node = draft.blocks[name]?.nodes[id];
          if (node) node.params = { ...params } as typeof node.params;
        }
    });
  }
  for (const [place, { knob }] of knobs.entries()) {
    if (knob.kind !== 'depth' || !knob.chain || valueAt(place) === knob.base) continue;
    edits.push(deepen(knob.chain, valueAt(place) - knob.chain.others));
  }
  for (const { knob } of knobs) {
    if (knob.kind !== 'depth' || !knob.chain) continue;
    // Every unit of a chain is as its first one.
    const [first, ...others] = knob.chain.units;
    for (const unit of others)
      for (const [i, id] of unit.entries()) {
        const params = changed.get(first![i]!);
        if (params) edits.unshift(setParams([id], params));
      }
  }
  return inOrder(...edits);
}

export function variantOf(steering: Steering, edit: Edit): Design {
  return produce(steering.design, edit);
}

/** Makes a chain stand for so many copies of its unit: by repeating where it does so already, else by nodes. */
function deepen({ units }: Chain, copies: number): Edit {
  return (draft) => {
    const [only] = units;
    if (units.length === 1 && only!.length === 1 && copies > 0) {
      const node = draft.nodes[only![0]!];
      if (node && repeatOf(node.params as Design['nodes'][string]['params']) > 1) {
        node.params = { ...node.params, repeat: copies };
        return;
      }
    }
    for (const unit of units)
      for (const id of unit) {
        const node = draft.nodes[id];
        if (node && Number(node.params.repeat ?? 1) > 1) node.params = { ...node.params, repeat: 1 };
      }
    if (copies < units.length) {
      removeAndBridge(units.slice(copies).flat())(draft);
      return;
    }
    let last = units.at(-1)!;
    for (let copy = units.length; copy < copies; copy++) last = addUnit(draft, last);
  };
}

/** Puts a copy of a unit behind it. */
function addUnit(draft: Parameters<Edit>[0], unit: readonly NodeId[]): readonly NodeId[] {
  const end = unit.at(-1)!;
  const leaving = Object.entries(draft.wires).filter(([, { from }]) => from.node === end);
  const names = new Map<NodeId, NodeId>();
  for (const id of unit) {
    const name = nextName(id, (taken) => Object.hasOwn(draft.nodes, taken));
    names.set(id, name);
    const node = draft.nodes[id]!;
    draft.nodes[name] = { ...node, params: { ...node.params } };
  }
  const first = unit[0]!;
  const inside = Object.values(draft.wires).filter(
    ({ from, to }) => names.has(from.node) && names.has(to.node),
  );
  const entering = Object.values(draft.wires).find(({ to }) => to.node === first);
  const port = leaving[0]?.[1].from.port ?? 'out';
  for (const { from, to } of inside)
    addWire(draft, {
      from: { node: names.get(from.node)!, port: from.port },
      to: { node: names.get(to.node)!, port: to.port },
    });
  const targets = leaving.map(([id, { to }]) => {
    const end = { ...to };
    delete draft.wires[id];
    return end;
  });
  for (const to of targets) addWire(draft, { from: { node: names.get(end)!, port }, to });
  addWire(draft, {
    from: { node: end, port },
    to: { node: names.get(first)!, port: entering?.to.port ?? 'in' },
  });
  return unit.map((id) => names.get(id)!);
}

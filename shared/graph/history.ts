import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';
import type { BlockDefinitions, Design } from './design.ts';
import type { Edit } from './edits.ts';
import { chained, type Moves } from './packing.ts';

enablePatches();

/** One undoable gesture. */
export interface Step {
  /** What the history list calls it: `Add conv1`. */
  readonly label: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** The order before it, where it lost it: patches put back at the end what was in the middle. */
  readonly order: Order;
  /** The blocks before it, where it changed them: as they were to the last order. */
  readonly blocks: BlockDefinitions | undefined;
  /** Edits with the same mark, one right after the other, are one gesture: a drag, a scrub, typing in a field. */
  readonly mark: string | undefined;
  /** Layers that stay the same under another id: what is kept by layer, as weights are, goes along. */
  readonly moves: Moves | undefined;
}

const ordered = ['nodes', 'wires', 'layout'] as const;
/** Ids in the order of the file; left out where it is not lost. */
type Order = { readonly [part in (typeof ordered)[number]]?: readonly string[] };

/** A design with what can be undone and redone. Plain data; every function returns a new one. */
export interface History {
  readonly design: Design;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

const MOST_STEPS = 500;

export function startHistory(design: Design): History {
  return { design, past: [], future: [] };
}

/** Applies an edit; one that changes nothing leaves no step. */
export function applyEdit(
  history: History,
  label: string,
  edit: Edit,
  mark?: string,
  moves?: Moves,
): History {
  const [design, patches, inverse] = produceWithPatches(history.design, (draft) => {
    edit(draft);
  });
  if (patches.length === 0) return history;
  const last = history.past.at(-1);
  const joined = mark !== undefined && last?.mark === mark && history.future.length === 0;
  const blocks = history.design.blocks === design.blocks ? undefined : history.design.blocks;
  const step: Step = joined
    ? {
        ...last,
        patches: [...last.patches, ...patches],
        inverse: [...inverse, ...last.inverse],
        order: { ...orderLost(history.design, design), ...last.order },
        blocks: last.blocks ?? blocks,
        moves: chained(last.moves, moves),
      }
    : { label, patches, inverse, order: orderLost(history.design, design), blocks, mark, moves };
  const past = joined ? history.past.slice(0, -1) : history.past;
  // Typed and taken back: nothing is left to undo.
  if (joined && leadsBack(design, step)) return { design, past, future: [] };
  return { design, past: [...past, step].slice(-MOST_STEPS), future: [] };
}

/** Whether a gesture has come back to where it began; only told of one that gave values other values. */
function leadsBack(design: Design, { patches, inverse, moves }: Step): boolean {
  if (moves || ![...patches, ...inverse].every(({ op }) => op === 'replace')) return false;
  // The last of them for a place holds what stood there first.
  const first = new Map(inverse.map(({ path, value }) => [path.join('\0'), { path, value }] as const));
  return [...first.values()].every(
    ({ path, value }) => JSON.stringify(valueAt(design, path)) === JSON.stringify(value),
  );
}

function valueAt(design: Design, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    design,
  );
}

function orderLost(before: Design, after: Design): Order {
  const order: { -readonly [part in keyof Order]: Order[part] } = {};
  for (const part of ordered) {
    if (before[part] === after[part]) continue;
    const ids = Object.keys(before[part]);
    const now = Object.keys(after[part]);
    if (ids.some((id, place) => id !== now[place])) order[part] = ids;
  }
  return order;
}

function inOrder(design: Design, { nodes, wires, layout }: Order): Design {
  if (!nodes && !wires && !layout) return design;
  return {
    ...design,
    nodes: sorted(design.nodes, nodes),
    wires: sorted(design.wires, wires),
    layout: sorted(design.layout, layout),
  };
}

function sorted<T>(record: Readonly<Record<string, T>>, ids: readonly string[] | undefined) {
  return ids ? Object.fromEntries(ids.map((id) => [id, record[id]!])) : record;
}

/** Ends a gesture: the next edit starts a step of its own, whatever its mark. */
export function closeGesture(history: History): History {
  const last = history.past.at(-1);
  if (last?.mark === undefined) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, mark: undefined }] };
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (!step) return history;
  const undone = inOrder(applyPatches(history.design, step.inverse as Patch[]), step.order);
  return {
    design: step.blocks ? { ...undone, blocks: step.blocks } : undone,
    past: history.past.slice(0, -1),
    future: [step, ...history.future],
  };
}

export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (!step) return history;
  return {
    design: applyPatches(history.design, step.patches as Patch[]),
    past: [...history.past, { ...step, mark: undefined }],
    future,
  };
}

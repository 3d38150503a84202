import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';
import type { Design } from './design.ts';
import type { Edit } from './edits.ts';

enablePatches();

/** One undoable gesture. */
export interface Step {
  /** What the history list calls it: `Add conv1`. */
  readonly label: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** Edits with the same mark, one right after the other, are one gesture: a drag, a scrub, typing in a field. */
  readonly mark: string | undefined;
}

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
export function applyEdit(history: History, label: string, edit: Edit, mark?: string): History {
  const [design, patches, inverse] = produceWithPatches(history.design, (draft) => {
    edit(draft);
  });
  if (patches.length === 0) return history;
  const last = history.past.at(-1);
  const joined = mark !== undefined && last?.mark === mark && history.future.length === 0;
  const step: Step = joined
    ? { ...last, patches: [...last.patches, ...patches], inverse: [...inverse, ...last.inverse] }
    : { label, patches, inverse, mark };
  const past = joined ? history.past.slice(0, -1) : history.past;
  return { design, past: [...past, step].slice(-MOST_STEPS), future: [] };
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
  return {
    design: applyPatches(history.design, step.inverse as Patch[]),
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

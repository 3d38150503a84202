import { applyPatches, type Patch } from 'immer';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { applyEdit, closeGesture, type History, redo, type Step, undo } from '../../shared/graph/history.ts';

/**
 * Work in progress as text: a line with everything, then a line for each thing done since. A line counts once its end is
 * there, so that a crash in the middle of one loses that one alone.
 */
export interface Work {
  readonly history: History;
  readonly trail: readonly NodeId[];
  readonly selection: readonly NodeId[];
}

const VERSION = 1;
/** What can be undone is kept up to this; the newest steps first. */
const MOST_HISTORY_CHARS = 4 << 20;
const MOST_DEPTH = 200;

type Json = Readonly<Record<string, unknown>>;

/** A JSON object on a line of its own, with the sum of what it says: a disk may give back something else than it was given. */
function line(json: Json): string {
  const text = JSON.stringify(json);
  return `{"sum":"${sumOf(text)}",${text.slice(1)}\n`;
}
/** What a line begins with that has a sum. Those of earlier versions have none. */
const SUMMED = /^\{"sum":"([0-9a-f]{8})",/;

/** FNV-1a over the letters: whichever one of them is another, so is the sum. */
function sumOf(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}

/** Whether a line says what was written. */
function isAsWritten(text: string): boolean {
  const [start, sum] = SUMMED.exec(text) ?? [];
  return start === undefined || sumOf(`{${text.slice(start.length)}`) === sum;
}

const specs = new WeakMap<Design, string>();

/** A design as its file has it; of a large one that takes its time, and the same is asked for again. */
export function specOf(design: Design): string {
  const spec = specs.get(design) ?? writeSpec(design);
  specs.set(design, spec);
  return spec;
}

/** All of it; where the design says what is `saved`, what was written of that counts. */
export function wholeOf({ history, trail, selection }: Work, saved?: Design): string {
  const past = newest([...history.past].reverse()).reverse();
  const future = newest(history.future);
  return line({ version: VERSION, spec: specOf(saved ?? history.design), past, future, trail, selection });
}

function newest(steps: readonly Step[]): Json[] {
  const kept: Json[] = [];
  let room = MOST_HISTORY_CHARS;
  for (const step of steps) {
    const { moves, ...rest } = step;
    const plain = { ...rest, ...(moves ? { moves: [...moves] } : {}) };
    room -= JSON.stringify(plain).length;
    if (room < 0) break;
    kept.push(plain);
  }
  return kept;
}

/** What was done from one moment to the next, as lines; undefined where only the whole says it. */
export function linesBetween(before: Work, after: Work): string | undefined {
  const done = before.history === after.history ? '' : stepBetween(before.history, after.history);
  if (done === undefined) return undefined;
  const moved =
    sameList(before.trail, after.trail) && sameList(before.selection, after.selection)
      ? ''
      : line({ trail: after.trail, selection: after.selection });
  return done + moved;
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((entry, i) => entry === b[i]));

function stepBetween(before: History, after: History): string | undefined {
  const [last, now] = [before.past.at(-1), after.past.at(-1)];
  const longer = after.past.length - before.past.length;
  if (longer === -1 && last && after.future[0] === last) return line({ undo: true });
  if (!now) return undefined;
  if (before.future[0]?.patches === now.patches && after.future[0] === before.future[1])
    return line({ redo: true });
  const grown = longer === 1 || (longer === 0 && last !== undefined && after.past.at(-2) === last);
  if (grown && after.past.at(-2) === last) return editLine(now, now.patches);
  if (longer !== 0 || !last || after.past.at(-2) !== before.past.at(-2)) return undefined;
  if (now.patches === last.patches && now.mark === undefined) return line({ close: true });
  const joined = now.patches.length > last.patches.length && now.patches[0] === last.patches[0];
  return joined && now.moves === last.moves
    ? editLine(now, now.patches.slice(last.patches.length))
    : undefined;
}

const editLine = ({ label, mark, moves }: Step, patches: readonly Patch[]): string =>
  line({ edit: label, patches, mark, ...(moves ? { moves: [...moves] } : {}) });

export type JournalFault = 'unreadable' | 'newer';
export type ReadWork =
  | { readonly work: Work /** Whether every line could be read. */; readonly complete: boolean }
  | { readonly fault: JournalFault };

/** Reads what was kept as far as it goes. It comes from a disk: nothing of it is taken unseen. */
export function readWork(text: string): ReadWork {
  // What has no end was being written when the program ended.
  const [first = '', ...rest] = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const base = parsed(first);
  if (typeof base?.version === 'number' && base.version > VERSION) return { fault: 'newer' };
  const read = typeof base?.spec === 'string' ? readSpec(base.spec) : undefined;
  if (!base || !read?.ok || base.version !== VERSION) return { fault: 'unreadable' };
  const history: History = { design: read.value, past: stepsIn(base.past), future: stepsIn(base.future) };
  const begun: Work = { history, ...placeIn(base) };
  let work = begun;
  let complete = true;
  for (const each of rest) {
    const next = follow(work, parsed(each));
    if (next) work = next;
    else {
      complete = false;
      break;
    }
  }
  // Lines that lead to what is no design were tampered with; what they started from is one.
  return isDesign(work) ? { work, complete } : { work: begun, complete: false };
}

function isDesign({ history }: Work): boolean {
  try {
    return readSpec(writeSpec(history.design)).ok;
  } catch {
    return false;
  }
}

function follow(work: Work, json: Json | undefined): Work | undefined {
  if (!json) return undefined;
  const { history } = work;
  try {
    if (json.undo === true) return { ...work, history: undo(history) };
    if (json.redo === true) return { ...work, history: redo(history) };
    if (json.close === true) return { ...work, history: closeGesture(history) };
    if (typeof json.edit === 'string') {
      const patches = patchesIn(json.patches);
      const mark = typeof json.mark === 'string' ? json.mark : undefined;
      const edit = (draft: object): void => void applyPatches(draft, patches);
      return { ...work, history: applyEdit(history, json.edit, edit, mark, movesIn(json.moves)) };
    }
    return 'selection' in json ? { ...work, ...placeIn(json) } : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string): Json | undefined {
  try {
    if (isTooDeep(text) || !isAsWritten(text)) return undefined;
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** Bounded before it is parsed: what nests without an end takes minutes. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') {
      if (++depth > MOST_DEPTH) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];

const placeIn = ({ trail, selection }: Json): Pick<Work, 'trail' | 'selection'> => ({
  trail: textsIn(trail),
  selection: textsIn(selection),
});

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function patchesIn(value: unknown): Patch[] {
  if (!Array.isArray(value)) throw new TypeError('There are no patches.');
  return value.map((entry): Patch => {
    if (!isRecord(entry) || !Array.isArray(entry.path)) throw new TypeError('This is no patch.');
    const { op } = entry;
    if (op !== 'add' && op !== 'remove' && op !== 'replace') throw new TypeError('This is no patch.');
    const path = entry.path.map((key: unknown) => {
      if (typeof key !== 'string' && typeof key !== 'number') throw new TypeError('This is no path.');
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw new TypeError('This path leads out of the design.');
      return key;
    });
    return { op, path, ...('value' in entry ? { value: entry.value } : {}) };
  });
}

function movesIn(value: unknown): Step['moves'] {
  if (!Array.isArray(value)) return undefined;
  return new Map(value.map((pair) => [textsIn(pair)[0] ?? '', textsIn(pair)[1] ?? ''] as const));
}

/** Steps as they were written; those that are none end the list, since the ones beyond cannot be reached without them. */
function stepsIn(value: unknown): readonly Step[] {
  const steps: Step[] = [];
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isRecord(entry) || typeof entry.label !== 'string') return [];
    try {
      steps.push({
        label: entry.label,
        patches: patchesIn(entry.patches),
        inverse: patchesIn(entry.inverse),
        order: isRecord(entry.order) ? orderIn(entry.order) : {},
        blocks: isRecord(entry.blocks) ? (entry.blocks as Step['blocks']) : undefined,
        mark: typeof entry.mark === 'string' ? entry.mark : undefined,
        moves: movesIn(entry.moves),
      });
    } catch {
      return [];
    }
  }
  return steps;
}

function orderIn({ nodes, wires, layout }: Json): Step['order'] {
  return {
    ...(nodes ? { nodes: textsIn(nodes) } : {}),
    ...(wires ? { wires: textsIn(wires) } : {}),
    ...(layout ? { layout: textsIn(layout) } : {}),
  };
}

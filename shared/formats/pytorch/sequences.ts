import type { ScopeItem } from '../code/scope.ts';
import { keyOf } from '../code/variables.ts';

/** Items that follow one another and become one nn.Sequential under one name. */
export interface Sequence {
  readonly name: string;
  readonly items: readonly ScopeItem[];
}

/**
 * The chains that a person would write as nn.Sequential: each item is read by the next alone, and their names say that
 * they belong together. `stage.0`, `stage.1`, …; the layers of one branch, `branch2.0.conv`, `branch2.0.bn`, …; equal
 * blocks that are numbered, `residual1`, `residual2`, …, which are a stage as long as the channels stay.
 */
export function sequencesOf(
  items: readonly ScopeItem[],
  isPlain: (item: ScopeItem) => boolean,
  readers: ReadonlyMap<string, number>,
): readonly Sequence[] {
  const runs = runsOf(items, isPlain, readers);
  const groups = runs.flatMap(groupsOf).filter((group) => group.items.length > 1);
  const stems = new Map<string, number>();
  for (const { stem } of groups) stems.set(stem, (stems.get(stem) ?? 0) + 1);
  let stage = 0;
  return groups.flatMap(({ stem, numbered, items: chain }) => {
    if (stems.get(stem) === 1) return [{ name: stem, items: chain }];
    // Parts of one path that do not follow one another are told apart by their own names.
    return numbered ? [{ name: `stage${++stage}`, items: chain }] : [];
  });
}

/** The longest chains: one input, one output, nobody else in between. */
function runsOf(
  items: readonly ScopeItem[],
  isPlain: (item: ScopeItem) => boolean,
  readers: ReadonlyMap<string, number>,
): readonly (readonly ScopeItem[])[] {
  const linkable = (item: ScopeItem) =>
    item.inputs.length === 1 && item.outputDims.length === 1 && isPlain(item);
  const runOf = new Map<string, ScopeItem[]>();
  const runs: ScopeItem[][] = [];
  for (const item of items) {
    if (!linkable(item)) continue;
    const source = item.inputs[0]!;
    const before =
      source.item === undefined || readers.get(keyOf(source)) !== 1 ? undefined : runOf.get(source.item);
    const run = before ?? [];
    if (!before) runs.push(run);
    run.push(item);
    runOf.set(item.id, run);
  }
  return runs;
}

interface Group {
  readonly stem: string;
  readonly numbered: boolean;
  readonly items: ScopeItem[];
}

function groupsOf(run: readonly ScopeItem[]): readonly Group[] {
  const groups: Group[] = [];
  for (const [i, item] of run.entries()) {
    const own = placeOf(item);
    const last = groups.at(-1);
    if (
      own &&
      last?.stem === own.stem &&
      last.numbered === own.numbered &&
      goesOn(run[i - 1]!, item, own.numbered)
    )
      last.items.push(item);
    else groups.push({ stem: own?.stem ?? item.id, numbered: own?.numbered ?? false, items: [item] });
  }
  return groups;
}

/** What an item's name says that it is a part of: the part before the first dot, or what is numbered. */
function placeOf(item: ScopeItem): { readonly stem: string; readonly numbered: boolean } | undefined {
  const dot = item.id.indexOf('.');
  if (dot > 0) return { stem: item.id.slice(0, dot), numbered: false };
  const stem = item.kind === 'block' ? /^(.*\D)\d+$/.exec(item.id)?.[1]?.replace(/[_-]$/, '') : undefined;
  return stem ? { stem, numbered: true } : undefined;
}

/** A numbered block follows another where it is of the same kind, the next number, and as wide. */
function goesOn(before: ScopeItem, item: ScopeItem, numbered: boolean): boolean {
  if (!numbered) return true;
  const number = ({ id }: ScopeItem) => Number(/\d+$/.exec(id)![0]);
  return (
    before.kind === 'block' &&
    item.kind === 'block' &&
    before.block === item.block &&
    number(item) === number(before) + 1 &&
    before.outputDims[0]![1] === item.outputDims[0]![1]
  );
}

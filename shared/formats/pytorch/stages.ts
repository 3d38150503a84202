import type { BlockItem, ScopeItem } from '../code/scope.ts';
import { keyOf } from '../code/variables.ts';

/**
 * New names for equal blocks that are numbered, `residual1`, `residual2`, …: a stage, as long as they follow one another
 * and the channels stay. What came from a class keeps its name.
 */
export function stagesOf(
  items: readonly ScopeItem[],
  readers: ReadonlyMap<string, number>,
): ReadonlyMap<string, string> {
  const stages: { readonly stem: string; readonly items: BlockItem[] }[] = [];
  for (const item of items) {
    const stem = stemOf(item);
    if (stem === undefined || item.kind !== 'block') continue;
    const last = stages.at(-1);
    const before = last?.items.at(-1);
    if (last?.stem === stem && before && goesOn(before, item, readers)) last.items.push(item);
    else stages.push({ stem, items: [item] });
  }
  const long = stages.filter((stage) => stage.items.length > 1);
  const stems = new Map<string, number>();
  for (const { stem } of long) stems.set(stem, (stems.get(stem) ?? 0) + 1);
  const taken = new Set(items.map(({ id }) => id.split('.')[0]!));
  let number = 0;
  return new Map(
    long.flatMap(({ stem, items: blocks }) => {
      let name = stems.get(stem) === 1 ? stem : `stage${++number}`;
      while (taken.has(name)) name = `stage${++number}`;
      return blocks.map(({ id }, i) => [id, `${name}.${i}`] as const);
    }),
  );
}

/** What is before the number. */
function stemOf(item: ScopeItem): string | undefined {
  if (item.kind !== 'block' || item.origin || item.twin !== undefined || item.id.includes('.'))
    return undefined;
  return /^(.*\D)\d+$/.exec(item.id)?.[1]?.replace(/[_-]$/, '') || undefined;
}

function goesOn(before: BlockItem, item: BlockItem, readers: ReadonlyMap<string, number>): boolean {
  const number = ({ id }: BlockItem) => Number(/\d+$/.exec(id)![0]);
  const [source] = item.inputs;
  return (
    source?.item === before.id &&
    readers.get(keyOf(source)) === 1 &&
    before.block === item.block &&
    number(item) === number(before) + 1 &&
    before.outputDims[0]![1] === item.outputDims[0]![1]
  );
}

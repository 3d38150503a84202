import type { ZooEntry } from '../../../shared/zoo/index.ts';

/** Networks that belong together. */
export interface Family {
  /** Undefined for those that have no relatives. */
  readonly name: string | undefined;
  readonly entries: readonly ZooEntry[];
}

/** Networks by family, in the order in which the first of each comes; those without relatives together, at the end. */
export function familiesOf(entries: readonly ZooEntry[]): readonly Family[] {
  const families = new Map<string, ZooEntry[]>();
  for (const entry of entries) {
    const known = families.get(entry.family);
    if (known) known.push(entry);
    else families.set(entry.family, [entry]);
  }
  const all = [...families].map(([name, members]) => ({ name, entries: members }));
  const alone = all.filter((family) => family.entries.length === 1).flatMap((family) => family.entries);
  const several = all.filter((family) => family.entries.length > 1);
  return alone.length > 0 ? [...several, { name: undefined, entries: alone }] : several;
}

/** The networks that all words of a search speak of: by name, family, year or what they are remembered for. */
export function findNetworks(entries: readonly ZooEntry[], search: string): readonly ZooEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ id, title, family, year, summary, aliases = [] }) => {
    const text = [id, title, family, year, summary, ...aliases].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Letters strewn over a name: only worth showing where nothing better is found. */
const STREWN = 0.1;

/** Whether the letters of `query` occur in `text` in this order. */
function scattered(text: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What a name is shortened to: `gap` for `Global average pool` and `globalAvgPool`, `fc` for `Fully connected`. */
export function initials(name: string): string {
  return name
    .replaceAll(/([a-z])(?=[A-Z])/g, '$1 ')
    .replaceAll(/(\p{L})\p{L}*|[^\p{L}]+/gu, '$1')
    .toLowerCase();
}

function score(text: string, query: string): number {
  if (text === query) return 1;
  if (text.startsWith(query)) return 0.9 - Math.min(0.2, text.length / 500);
  const at = text.indexOf(query);
  if (at > 0) return (/\s/.test(text[at - 1] ?? '') ? 0.6 : 0.45) - Math.min(0.2, text.length / 500);
  const words = query.split(/\s+/);
  if (words.length > 1 && words.every((word) => text.includes(word))) return 0.2;
  return scattered(text, query.replaceAll(' ', '')) ? STREWN : 0;
}

/** How well an entry answers a search, 0 for not at all: its names count, whole before start before middle. */
export function rank(_value: string, search: string, names: readonly string[] = []): number {
  const query = search.trim().toLowerCase();
  return Math.max(0, ...names.map((name) => score(name.toLowerCase(), query)));
}

interface Named {
  readonly names: readonly string[];
}

/** What answers a search, best first, by how well each does; of equals the first. */
export function ranked<Entry>(
  entries: readonly Entry[],
  scoreOf: (entry: Entry) => number,
): readonly Entry[] {
  const found = entries
    .map((entry) => ({ entry, score: scoreOf(entry) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const good = found.filter(({ score }) => score > STREWN);
  return (good.length > 0 ? good : found).map(({ entry }) => entry);
}

/** What answers a search, best first; all of it, in its own order, where nothing is searched for. */
export function best<Entry extends Named>(entries: readonly Entry[], search: string): readonly Entry[] {
  if (search.trim() === '') return entries;
  return ranked(entries, ({ names }) => rank('', search, names));
}

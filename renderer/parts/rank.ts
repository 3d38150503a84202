/** Whether the letters of `query` occur in `text` in this order. */
function scattered(text: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function score(text: string, query: string): number {
  if (text === query) return 1;
  if (text.startsWith(query)) return 0.9 - Math.min(0.2, text.length / 500);
  const at = text.indexOf(query);
  if (at > 0) return (/\s/.test(text[at - 1] ?? '') ? 0.6 : 0.45) - Math.min(0.2, text.length / 500);
  return scattered(text, query.replaceAll(' ', '')) ? 0.1 : 0;
}

/** How well an entry answers a search, 0 for not at all: its names count, whole before start before middle. */
export function rank(_value: string, search: string, names: readonly string[] = []): number {
  const query = search.trim().toLowerCase();
  return Math.max(0, ...names.map((name) => score(name.toLowerCase(), query)));
}

/** How a text came about, so that it can be said in another language. */
interface Saying {
  readonly again: () => string;
  /** Texts that are named in it. */
  readonly parts: readonly string[];
}

/** What is kept was said a moment ago, and is among the last so many. */
const LATELY = 64;
const MOST_KEPT = 10_000;
const lately = new Map<string, Saying>();
const kept = new Map<string, Saying>();

function put(map: Map<string, Saying>, text: string, saying: Saying, most: number): void {
  map.delete(text);
  map.set(text, saying);
  if (map.size > most) map.delete(map.keys().next().value!);
}

/** A text that has just been said, and how it is said again. */
export function noted(text: string, again: () => string, parts: readonly string[] = []): string {
  put(lately, text, { again, parts }, LATELY);
  return text;
}

/** Remembers how a text was said that is shown from now on, whichever language is chosen meanwhile. */
export function keepSaid(text: string): void {
  const saying = lately.get(text) ?? kept.get(text);
  if (!saying) return;
  put(kept, text, saying, MOST_KEPT);
  for (const part of saying.parts) if (part !== text) keepSaid(part);
}

/** A text that was kept, in the language that is shown now; as it is where it is not known how it was said. */
export function saidAgain(text: string): string {
  return kept.get(text)?.again() ?? text;
}

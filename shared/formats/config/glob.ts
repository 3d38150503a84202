/** What a pattern may stand for, so that a slip does not take for ever. */
const MAX_ALTERNATIVES = 256;
const MAX_LENGTH = 1_024;

/** The pattern's alternatives, `{a,b}` written out; undefined where there are too many. */
function alternativesOf(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const group = /\{([^{}]*)\}/.exec(next);
    if (group === null) done.push(next);
    else
      for (const choice of group[1]!.split(','))
        waiting.push(next.slice(0, group.index) + choice + next.slice(group.index + group[0].length));
    if (done.length + waiting.length > MAX_ALTERNATIVES) return undefined;
  }
  return done;
}

/** `*` and `?` within one name; one pass back at most for each letter. */
function fitsName(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, mark, n] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** How many parts of the pattern the path may have stood for: all, where it fits, and none where nothing beneath it can. */
function reachedBy(pattern: readonly string[], path: readonly string[]): ReadonlySet<number> {
  // reached[i]: the first i parts of the pattern stand for what was read of the path.
  let reached = new Set([0]);
  const spread = (from: Set<number>): Set<number> => {
    for (const i of from) if (pattern[i] === '**') from.add(i + 1);
    return from;
  };
  spread(reached);
  for (const name of path) {
    const next = new Set<number>();
    for (const i of reached) {
      const part = pattern[i];
      if (part === undefined) continue;
      if (part === '**') next.add(i);
      else if (fitsName(part, name)) next.add(i + 1);
    }
    reached = spread(next);
  }
  return reached;
}

const partsOf = (path: string): readonly string[] =>
  path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');

export interface Glob {
  fits(path: string): boolean;
  /** Whether anything beneath a folder can fit. */
  leadsInto(folder: string): boolean;
}

/** What says which paths, with slashes, fit the pattern; undefined for a pattern that stands for too much. */
export function readGlob(pattern: string): Glob | undefined {
  const alternatives = pattern.length > MAX_LENGTH ? undefined : alternativesOf(pattern)?.map(partsOf);
  return (
    alternatives && {
      fits: (path) => alternatives.some((parts) => reachedBy(parts, partsOf(path)).has(parts.length)),
      leadsInto: (folder) =>
        alternatives.some((parts) =>
          [...reachedBy(parts, partsOf(folder))].some((count) => count < parts.length),
        ),
    }
  );
}

/** What says whether a path fits the pattern; undefined for a pattern that stands for too much. */
export function globMatcher(pattern: string): ((path: string) => boolean) | undefined {
  return readGlob(pattern)?.fits;
}

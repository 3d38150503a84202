import { columns, WIDTH } from './pieces.ts';

/** Breaks lines that are too long as Python's formatters do: the arguments of the call on lines of their own. */
export function wrapped(code: string): string {
  return code
    .split('\n')
    .map((line) => (columns(line) > WIDTH ? wrapLine(line) : line))
    .join('\n');
}

function wrapLine(line: string): string {
  const call = longestCall(line);
  if (!call) return line;
  const indent = /^ */.exec(line)![0];
  const [head, tail] = [line.slice(0, call.start + 1), line.slice(call.end)];
  const together = `${indent}    ${call.parts.join(', ')}`;
  const body =
    columns(together) <= WIDTH && !call.literal
      ? together
      : call.grouping
        ? wrapped(together)
        : call.parts.map((part) => wrapped(`${indent}    ${part},`)).join('\n');
  return `${head}\n${body}\n${indent}${tail}`;
}

interface Call {
  /** Of its brackets. */
  readonly start: number;
  readonly end: number;
  readonly parts: readonly string[];
  /** Brackets around one expression, which a comma would make a tuple. */
  readonly grouping: boolean;
  /** A dict that is given back: its entries have lines of their own. */
  readonly literal: boolean;
}

/** The call or definition on the outside that holds most of the line; nothing in docstrings and half lines. */
function longestCall(line: string): Call | undefined {
  if (line.includes('"""')) return undefined;
  let [depth, start, from, quoted] = [0, 0, 0, false];
  let parts: string[] = [];
  const calls: Call[] = [];
  const indices: Call[] = [];
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if ('([{'.includes(character) && ++depth === 1) [start, from, parts] = [i, i + 1, []];
    else if (character === ',' && depth === 1) {
      parts.push(line.slice(from, i).trim());
      from = i + 1;
    } else if (')]}'.includes(character) && --depth === 0) {
      const last = line.slice(from, i).trim();
      const follows = /[\w)\]]/.test(line[start - 1] ?? '');
      const isIndex = line[start] === '[' && follows;
      const isCall = (line[start] === '(' && follows) || isIndex;
      const isGroup = isIndex || (!isCall && line[start] === '(');
      const grouping = isGroup && parts.length === 0;
      const before = line.slice(0, start).trim();
      const literal = line[start] === '{' && before === 'return';
      if (isCall || literal || before === '')
        (isIndex ? indices : calls).push({
          start,
          end: i,
          parts: last === '' ? parts : [...parts, last],
          grouping,
          literal,
        });
    }
  }
  if (depth !== 0 || quoted) return undefined;
  // The last one, where the line up to it fits: `layers.Dense(10)(⏎x⏎)`.
  const found = calls.length > 0 ? calls : indices;
  const last = found.at(-1);
  if (last && last.parts.length > 0 && last.end === line.trimEnd().length - 1 && last.start < WIDTH)
    return last;
  return found.sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}

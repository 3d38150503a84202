import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import {
  fail,
  failAll,
  messages,
  type Problem,
  ProblemList,
  type Result,
  succeed,
  type Where,
} from '../../base/problem.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_SPEC_BYTES, MAX_SPEC_DEPTH, MAX_SPEC_VALUES, SPEC_VERSION } from './format.ts';
import { formatPath, type Path } from './path.ts';

export const say = messages('formats/spec/json-source', {
  'file-too-large': [
    'A design file may have {{most}} MiB at most; this one has more.',
    'Weights do not belong in a spec: keep them beside it, as .safetensors or .onnx.',
  ],
  'json-too-deep': [
    'Brackets are nested more than {{most}} deep, which no design needs.',
    'Check that this is a Netwright spec.',
  ],
  'json-too-many-values': [
    'The file holds more than {{most}} values, which no design needs.',
    'Check that this is a Netwright spec.',
  ],
  'json-key-repeated': [
    'The key {{key}} stands twice in one object, so one of its values would be lost.',
    'Remove or rename one of them.',
  ],
  'json-empty': ['The file is empty.', 'A design starts as {"netwright": {{newest}}, "nodes": []}.'],
  'json-comment': [
    'Comments are not part of JSON, and would be lost when the design is saved.',
    'Move the text to "notes", or to the reason of a "suppress" entry.',
  ],
  'json-syntax:end': [
    'This is not JSON: {{mistake}} at the end of the file.',
    'Check commas, quotes and brackets here and just before.',
  ],
  'json-syntax': [
    'This is not JSON: {{mistake}} at {{found}}.',
    'Check commas, quotes and brackets here and just before.',
  ],
});

/** A JSON text with the place of each value in it. */
export interface JsonSource {
  readonly json: Json;
  /** Line and column of the value at `path`, or of the nearest value around it. */
  locate(path: Path): Where;
}

/**
 * Parses strict JSON. Size and depth are bounded before parsing; all syntax errors and repeated keys are reported, each
 * with its line and column.
 */
export function parseJsonSource(text: string): Result<JsonSource> {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.length > MAX_SPEC_BYTES) return fail(tooLarge());
  const lines = lineStarts(body);
  const excess = firstExcess(body);
  if (excess !== undefined) return fail(tooMuch(excess.what, placeOf(lines, excess.at)));
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || tree === undefined) return failAll(syntaxProblems(body, errors, lines));
  const repeats = new ProblemList();
  const json = toJson(tree, [], (path, key, node) => repeats.add(() => repeated(lines, path, key, node)));
  if (repeats.count > 0) return failAll(repeats.problems);
  const finder = new Finder(tree);
  return succeed({ json, locate: (path) => placeOf(lines, finder.nearest(path).offset) });
}

function tooLarge(): Problem {
  return say.at({ path: '$' }, 'file-too-large', { most: MAX_SPEC_BYTES / 1024 / 1024 });
}

function tooMuch(what: 'depth' | 'values', where: Where): Problem {
  return what === 'depth'
    ? say.at(where, 'json-too-deep', { most: MAX_SPEC_DEPTH })
    : say.at(where, 'json-too-many-values', { most: MAX_SPEC_VALUES });
}

function repeated(lines: readonly number[], path: Path, key: string, node: Node): Problem {
  return say.at({ path: formatPath([...path, key]), ...placeOf(lines, node.offset) }, 'json-key-repeated', {
    key: JSON.stringify(key),
  });
}

function syntaxProblems(
  text: string,
  errors: readonly ParseError[],
  lines: readonly number[],
): readonly Problem[] {
  if (text.trim() === '') {
    return [say.at({ line: 1, column: 1 }, 'json-empty', { newest: SPEC_VERSION })];
  }
  const list = new ProblemList();
  for (const error of errors) list.add(() => syntaxProblem(text, error, lines));
  return list.problems;
}

function syntaxProblem(
  text: string,
  { error, offset, length }: ParseError,
  lines: readonly number[],
): Problem {
  const name = printParseErrorCode(error);
  const where = placeOf(lines, offset);
  if (name === 'InvalidCommentToken') {
    return say.at(where, 'json-comment');
  }
  const found = text.slice(offset, offset + Math.min(Math.max(length, 1), 20));
  const mistake = inWords(name);
  return found === ''
    ? say.at(where, 'json-syntax:end', { mistake })
    : say.at(where, 'json-syntax', { mistake, found: JSON.stringify(found) });
}

/** `CommaExpected` → `comma expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function toJson(node: Node, path: Path, onRepeat: (path: Path, key: string, node: Node) => void): Json {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child, i) => toJson(child, [...path, i], onRepeat));
  if (node.type !== 'object') return node.value as Json;
  const entries = new Map<string, Json>();
  for (const property of children) {
    const [keyNode, valueNode] = property.children as [Node, Node];
    const key = String(keyNode.value);
    if (entries.has(key)) onRepeat(path, key, keyNode);
    entries.set(key, toJson(valueNode, [...path, key], onRepeat));
  }
  // Unlike assignment, this makes `__proto__` an ordinary key.
  return Object.fromEntries(entries);
}

/** Finds values by their path. The keys of an object are listed when it is first looked into. */
class Finder {
  readonly #root: Node;
  readonly #members = new Map<Node, ReadonlyMap<unknown, Node | undefined>>();

  constructor(root: Node) {
    this.#root = root;
  }

  /** The value at `path`, or the innermost one on the way to it that exists. */
  nearest(path: Path): Node {
    let node = this.#root;
    for (const segment of path) {
      const next =
        node.type === 'array' && typeof segment === 'number'
          ? node.children?.[segment]
          : node.type === 'object'
            ? this.#membersOf(node).get(segment)
            : undefined;
      if (next === undefined) return node;
      node = next;
    }
    return node;
  }

  #membersOf(node: Node): ReadonlyMap<unknown, Node | undefined> {
    const known = this.#members.get(node);
    if (known) return known;
    const members = new Map(
      (node.children ?? []).map(({ children }) => [children?.[0]?.value, children?.[1]] as const),
    );
    this.#members.set(node, members);
    return members;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeOf(
  starts: readonly number[],
  offset: number,
): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** Where the text first holds too much or goes too deep, strings apart. One pass, whatever the text is. */
function firstExcess(text: string): { readonly what: 'depth' | 'values'; readonly at: number } | undefined {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE || char === NEWLINE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_LIST || char === OPEN_OBJECT) depth += 1;
    else if (char === CLOSE_LIST || char === CLOSE_OBJECT) depth -= 1;
    else if (char === COMMA) values += 1;
    if (depth > MAX_SPEC_DEPTH) return { what: 'depth', at };
    if (values > MAX_SPEC_VALUES) return { what: 'values', at };
  }
  return undefined;
}

const [QUOTE, BACKSLASH, NEWLINE, COMMA] = [0x22, 0x5c, 0x0a, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

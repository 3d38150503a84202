import { type Comment, type Function as FunctionNode, parseSync, Visitor } from 'oxc-parser';

/** A function of a source, by its own name or that of what it is given to. */
export interface FunctionLength {
  readonly name: string;
  readonly line: number;
  /** Lines with code in them: neither empty nor of comments alone. */
  readonly lines: number;
}

/** The text with blanks for its comments, so that every line stays where it is. */
function withoutComments(text: string, comments: readonly Comment[]): string {
  let bare = '';
  let done = 0;
  for (const { start, end } of comments) {
    bare += text.slice(done, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    done = end;
  }
  return bare + text.slice(done);
}

/** Every function of one source text, what lies in others too. Throws where the text is no TypeScript. */
export function functionLengths(path: string, text: string): readonly FunctionLength[] {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const bare = withoutComments(text, comments).split('\n');
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number): number => starts.findLastIndex((start) => start <= offset);
  const found: FunctionLength[] = [];
  const names = new Map<number, string>();
  const add = (node: { readonly start: number; readonly end: number }, own?: string): void => {
    const first = lineOf(node.start);
    const lines = bare.slice(first, lineOf(node.end - 1) + 1).filter((line) => line.trim() !== '').length;
    found.push({ name: own ?? names.get(node.start) ?? 'a function', line: first + 1, lines });
  };
  const addFunction = (node: FunctionNode): void => add(node, node.id?.name);
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init) names.set(init.start, id.name);
    },
    Property({ key, value }) {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    MethodDefinition({ key, value }) {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression(node) {
      add(node);
    },
  }).visit(program);
  return found;
}

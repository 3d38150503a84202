import { join, relative } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isExpressionWithTypeArguments,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isTypeQueryNode,
  isTypeReferenceNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Symbol as Named, type Project, SymbolFlags } from 'typescript/unstable/sync';
import { type ApiMember, isSeen, membersOf, withoutBody } from './members.ts';

/** One thing that the package exports, or a type that its exports speak of. */
export interface ApiEntry {
  /** The name it is imported by. */
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'value';
  /** Where it is defined, from the project's root. */
  readonly file: string;
  /** Markdown. */
  readonly doc: string;
  /** As it is declared, without what the members say and without bodies. */
  readonly declaration: string;
  readonly members: readonly ApiMember[];
  /** What the declaration speaks of, in the order in which it does. */
  readonly uses: readonly ApiEntry[];
  /** Set where it can be imported; else other exports only speak of it. */
  readonly exported: boolean;
}

/** What `shared/index.ts` exports, in its order, and then every type of the engine's that this speaks of. */
export function readApi(root: string): readonly ApiEntry[] {
  const api = new API({ cwd: root });
  try {
    const config = join(root, 'shared/tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} is no project of TypeScript's.`);
    return entriesOf(project, root);
  } finally {
    api.close();
  }
}

interface Open extends ApiEntry {
  readonly uses: ApiEntry[];
}

function entriesOf({ checker, program }: Project, root: string): readonly ApiEntry[] {
  const index = program.getSourceFile(join(root, 'shared/index.ts'));
  const module = index && checker.getSymbolAtLocation(index);
  if (module === undefined) throw new Error('shared/index.ts exports nothing.');
  const entries = new Map<number, Open>();
  const waiting: { readonly entry: Open; readonly node: Node }[] = [];
  const take = (symbol: Named, name: string, exported: boolean): Open => {
    const known = entries.get(symbol.id);
    if (known) return known;
    const node = nodeOf(symbol);
    if (node === undefined) throw new Error(`${name} has no declaration.`);
    const entry = { ...describe(symbol, name, node, checker, root), uses: [], exported };
    entries.set(symbol.id, entry);
    waiting.push({ entry, node });
    return entry;
  };
  for (const symbol of checker.getExportsOfModule(module)) take(behind(symbol, checker), symbol.name, true);
  for (let at = 0; at < waiting.length; at++) {
    const { entry, node } = waiting[at]!;
    for (const symbol of typesIn(node, checker)) {
      if (!isOurType(symbol, root) && !entries.has(symbol.id)) continue;
      const used = take(symbol, symbol.name, false);
      if (used !== entry && !entry.uses.includes(used)) entry.uses.push(used);
    }
  }
  return [...entries.values()];
}

/** What an import or a re-export stands for. */
function behind(symbol: Named, checker: Checker): Named {
  return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

const nodeOf = (symbol: Named): Node | undefined => symbol.declarations[0]?.resolve();

/** Types are told; what is only ambient, or a value whose type is meant, is not. */
function isOurType(symbol: Named, root: string): boolean {
  const node = nodeOf(symbol);
  if (
    node === undefined ||
    !(isInterfaceDeclaration(node) || isTypeAliasDeclaration(node) || isClassDeclaration(node))
  )
    return false;
  const file = node.getSourceFile().fileName;
  return file.startsWith(join(root, 'shared/')) && !file.endsWith('.d.ts');
}

/** Every type that a declaration names, bodies and inferred types left out. */
function typesIn(node: Node, checker: Checker, found: Named[] = []): readonly Named[] {
  if (node.kind === SyntaxKind.Block || (isVariableDeclaration(node) && node.type === undefined))
    return found;
  if (isVariableDeclaration(node)) return typesIn(node.type!, checker, found);
  const name = isTypeReferenceNode(node)
    ? node.typeName
    : isTypeQueryNode(node)
      ? node.exprName
      : isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
  const symbol = name && checker.getSymbolAtLocation(name);
  if (symbol) found.push(behind(symbol, checker));
  node.forEachChild((child) => {
    if (isSeen(child)) typesIn(child, checker, found);
  });
  return found;
}

function describe(
  symbol: Named,
  name: string,
  node: Node,
  checker: Checker,
  root: string,
): Omit<ApiEntry, 'uses' | 'exported'> {
  const file = relative(root, node.getSourceFile().fileName);
  const doc = symbol.getDocumentationComment(checker).trim();
  const entry = (kind: ApiEntry['kind'], declaration: string) => ({
    name,
    kind,
    file,
    doc,
    declaration,
    members: membersOf(node),
  });
  if (isFunctionDeclaration(node)) {
    const ways = symbol.declarations
      .flatMap((handle) => handle.resolve() ?? [])
      .filter(isFunctionDeclaration);
    const told = ways.length === 1 ? ways : ways.filter(({ body }) => body === undefined);
    return entry('function', told.map((way) => withoutBody(way)).join('\n'));
  }
  if (isInterfaceDeclaration(node)) return entry('interface', upToBrace(node.getText()));
  if (isClassDeclaration(node)) return entry('class', upToBrace(node.getText()));
  if (isTypeAliasDeclaration(node)) return entry('type', node.getText().replace(/^export /, ''));
  if (!isVariableDeclaration(node)) throw new Error(`${name} is declared in a way that has no page.`);
  const type = checker.getTypeOfSymbol(symbol);
  return entry('value', `const ${name}: ${node.type?.getText() ?? (type && checker.typeToString(type))}`);
}

/** The head of an interface or a class. */
function upToBrace(text: string): string {
  return text
    .slice(0, text.indexOf('{'))
    .replace(/^export /, '')
    .trim();
}

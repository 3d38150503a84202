import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Argument, parseSync, Visitor } from 'oxc-parser';
import { ResolverFactory } from 'oxc-resolver';

/** How one file names another: each form counts, for each makes the one need the other. */
export type ImportForm = 'static' | 'type' | 'dynamic' | 'url';

export interface Import {
  readonly from: string;
  /** The file meant, relative to the root. */
  readonly to: string;
  readonly form: ImportForm;
  readonly line: number;
}

interface Mention {
  readonly specifier: string;
  readonly form: ImportForm;
  readonly offset: number;
}

const resolver = new ResolverFactory({
  extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.json'],
  conditionNames: ['types', 'import', 'node', 'default'],
});

/** The text of a plain string, quoted or as a template. */
function textOf(node: Argument | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** AssemblyScript decorates functions (`@inline`), which no TypeScript does: blanked, so that every place stays where it is. */
const withoutDecorators = (text: string): string =>
  text.replace(/^@\w+/gm, (decorator) => ' '.repeat(decorator.length));

/** Every import of one source text, in the order of the text. Throws where the text is no TypeScript. */
export function mentionsIn(path: string, text: string): readonly Mention[] {
  const { program, errors } = parseSync(path, withoutDecorators(text));
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const mentions: Mention[] = [];
  const add = (form: ImportForm, node: { readonly value: unknown; readonly start: number }): void => {
    if (typeof node.value === 'string') mentions.push({ specifier: node.value, form, offset: node.start });
  };
  /** Where a name is worked out, nobody can say what is imported: only what builds the house may do that. */
  const addNamed = (form: ImportForm, node: Argument | undefined): void => {
    const specifier = textOf(node);
    if (specifier !== undefined) mentions.push({ specifier, form, offset: node!.start });
    else if (!path.startsWith('build/')) throw new Error(`${path} imports what cannot be looked up.`);
  };
  new Visitor({
    ImportDeclaration(node) {
      const named = node.specifiers.length > 0;
      const types =
        node.importKind === 'type' ||
        (named &&
          node.specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type'));
      add(types ? 'type' : 'static', node.source);
    },
    ExportNamedDeclaration(node) {
      if (node.source) add(node.exportKind === 'type' ? 'type' : 'static', node.source);
    },
    ExportAllDeclaration(node) {
      add(node.exportKind === 'type' ? 'type' : 'static', node.source);
    },
    ImportExpression(node) {
      addNamed('dynamic', node.source);
    },
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require')
        addNamed('dynamic', node.arguments[0]);
    },
    TSImportType(node) {
      add('type', node.source);
    },
    TSImportEqualsDeclaration(node) {
      const { moduleReference } = node;
      if (moduleReference.type === 'TSExternalModuleReference') add('static', moduleReference.expression);
    },
    NewExpression(node) {
      const [address, base] = node.arguments;
      // Only what stands beside the source: addresses of the network are no imports.
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      if (isUrl && base?.type === 'MemberExpression' && base.object.type === 'MetaProperty') {
        if (textOf(address) !== undefined) addNamed('url', address);
      }
    },
  }).visit(program);
  return mentions.sort((a, b) => a.offset - b.offset);
}

/**
 * The files that one source names, packages left out. Throws on a name that leads nowhere. Addresses of folders are no
 * imports: what a build puts there has no source.
 */
export function importsOf(
  root: string,
  path: string,
  text = readFileSync(join(root, path), 'utf8'),
): readonly Import[] {
  const folder = dirname(join(root, path));
  return mentionsIn(path, text).flatMap(({ specifier, form, offset }) => {
    if (!/^[./]/.test(specifier)) return [];
    const line = text.slice(0, offset).split('\n').length;
    // Before it is looked up: a folder leads to its package's main file, which is there once it is built.
    if (form === 'url' && /(^|[./])\.$|\/$/.test(specifier)) return [];
    // Vite's `?url` says how a file is taken, not which.
    const found = resolver.sync(folder, specifier).path?.replace(/\?.*/, '');
    if (found !== undefined) return [{ from: path, to: relative(root, found), form, line }];
    throw new Error(`${path}:${line} imports ${specifier}, which leads nowhere.`);
  });
}

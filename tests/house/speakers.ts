import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

const root = join(import.meta.dirname, '../..');
const folders = ['shared', 'renderer', 'electron', 'cli'];
const speaks = /^export const say = messages\(/m;

/** A file that has something to say. */
export interface Speaker {
  readonly path: string;
  readonly owner: string;
  /** Every text by its key, a problem's as message and hint. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** What the file says beside its table. */
  readonly rest: string;
}

function speakerIn(path: string, source: string): Speaker {
  for (const node of parseSync(path, source).program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'VariableDeclaration') continue;
    const [declared] = node.declaration.declarations;
    if (declared?.id.type !== 'Identifier' || declared.id.name !== 'say') continue;
    if (declared.init?.type !== 'CallExpression') continue;
    const [owner, table] = declared.init.arguments;
    if (owner?.type !== 'Literal' || table?.type !== 'ObjectExpression') continue;
    const texts = new Map(
      table.properties.flatMap((property) => {
        if (property.type !== 'Property') return [];
        const { key, value } = property;
        const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
        const parts = value.type === 'ArrayExpression' ? value.elements : [value];
        const said = parts.map((part) => (part?.type === 'Literal' ? String(part.value) : ''));
        return [[name, said] as const];
      }),
    );
    const rest = source.slice(0, node.start) + source.slice(node.end);
    return { path, owner: String(owner.value), texts, rest };
  }
  throw new Error(`The texts of ${path} cannot be read: they stand there as literals.`);
}

/** Every file that speaks. */
export const speakers: readonly Speaker[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => {
      const source = readFileSync(join(root, path), 'utf8');
      return speaks.test(source) ? [speakerIn(path, source)] : [];
    }),
);

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';

const root = join(import.meta.dirname, '../..');
const folders = ['shared', 'renderer', 'electron', 'cli'];
const speaks = /^export const say = messages\(/m;

interface Speaker {
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

const speakers = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => {
      const source = readFileSync(join(root, path), 'utf8');
      return speaks.test(source) ? [speakerIn(path, source)] : [];
    }),
);

describe.each(speakers)('what $path says', ({ path, owner, texts, rest }) => {
  it('has its place in its keys', () => {
    expect(owner).toBe(path.replace(/^shared\//, '').replace(/\.tsx?$/, ''));
  });

  it('is said', () => {
    // A key may be put together: `group-holds-end:${kind}`.
    const begun = [...rest.matchAll(/`([a-z][\w-]*:)\$\{/g)].map(([, start]) => start!);
    const unsaid = [...texts.keys()].filter(
      (key) => !rest.includes(`'${key}'`) && !begun.some((start) => key.startsWith(start)),
    );
    expect(unsaid).toEqual([]);
  });

  it('is whole sentences, and parts of them', () => {
    for (const [key, [message, hint]] of texts) {
      expect(message, key).toMatch(/\S/);
      if (hint !== undefined) expect(hint, key).toMatch(/([.?"]|\}\})$/);
      for (const name of `${message}${hint ?? ''}`.matchAll(/\{\{(.*?)\}\}/g))
        expect(name[1], key).toMatch(/^[a-z]\w*$/i);
    }
  });
});

it('nobody who speaks is left out of the table of keys', () => {
  const listed = new Set(importsOf(root, 'shared/messages.ts').map(({ to }) => to));
  const missing = speakers.map(({ path }) => path).filter((path) => path.startsWith('shared/'));
  expect(missing.length).toBeGreaterThan(80);
  expect(missing.filter((path) => !listed.has(path))).toEqual([]);
});

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readApi } from '../../build/docs/api/read.ts';
import { checkDocs, docPages, writeDocs } from '../../build/docs/docs.ts';
import { catalog } from '../../shared/blocks/index.ts';
import { rules } from '../../shared/lint/rules.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netwright-docs-test-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sources = fileURLToPath(new URL('../..', import.meta.url));
const pages = docPages(sources);

test('there is a page for every layer, block and rule, and an index that links to each', () => {
  const names = [...pages.keys()].map((path) => path.split('/').pop());
  for (const name of [...Object.keys(catalog), ...Object.keys(rules)]) expect(names).toContain(`${name}.md`);
  for (const [path, text] of pages) {
    for (const [, target] of text.matchAll(/\]\(([^)]+\.md)\)/g)) expectPage(join(dirname(path), target!));
  }
});

/** A page that is generated, or written by hand. */
function expectPage(path: string): void {
  const byHand = new URL(`../../${path}`, import.meta.url);
  expect(pages.has(path) || existsSync(byHand), path).toBe(true);
}

describe('pages of the library', () => {
  const entries = readApi(sources);

  test('every export has a page, and says what it means', async () => {
    const given = Object.keys(await import('../../shared/index.ts'));
    const names = entries.flatMap(({ name, exported }) => (exported ? [name] : []));
    for (const name of given) expect(names, name).toContain(name);
    for (const { name, doc } of entries) expect(doc, name).not.toBe('');
  });

  test('a number that an export has says what it counts, and in which unit', () => {
    const silent = entries.flatMap(({ name, exported, members }) =>
      members
        .filter(({ declaration, doc }) => exported && doc === '' && /: number\b/.test(declaration))
        .map(({ declaration }) => `${name}: ${declaration}`),
    );
    expect(silent).toEqual([]);
  });

  test('what is private is not told, and overloads are', () => {
    const session = entries.find(({ name }) => name === 'InferenceSession');
    const told = session?.members.map(({ declaration }) => declaration) ?? [];
    expect(told.filter((text) => text.startsWith('run('))).toHaveLength(2);
    expect(told.filter((text) => /#|private|constructor/.test(text))).toEqual([]);
  });

  test('every link leads to a heading', () => {
    for (const [path, text] of pages) {
      if (!path.startsWith('docs/api/')) continue;
      for (const [, target, anchor] of text.matchAll(/\]\((\w+\.md)#([\w-]+)\)/g))
        expect(anchorsOf(pages.get(join(dirname(path), target!))!), `${path}: ${anchor}`).toContain(anchor);
    }
  });
});

/** What GitHub names the headings of a page by. */
function anchorsOf(page: string): readonly string[] {
  const slugs = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!.toLowerCase().replaceAll(' ', '-'),
  );
  return slugs.map((slug, at) => {
    const before = slugs.slice(0, at).filter((other) => other === slug).length;
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

test('a published figure stands on its page with its formula', () => {
  // EECS 498-007, lecture 8: the first layer of AlexNet.
  expect(pages.get('docs/layers/conv2d.md')).toContain('64·56·56·3·11·11 = 72,855,552');
});

test('README tells of every command, and of no other', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const told = [...readme.matchAll(/^\| `([a-z]+)[ `]/gm)].map(([, name]) => name);
  const known = [...pages.get('docs/reference/command.md')!.matchAll(/^### (\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(told.toSorted()).toEqual(known.toSorted());
});

test('stale, missing and left-over pages are told', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await writeDocs(root, pages);
  expect(await checkDocs(root, pages)).toBe(0);
  await writeFile(join(root, 'docs/layers/relu.md'), 'old');
  await rm(join(root, 'docs/layers/add.md'));
  await writeFile(join(root, 'docs/layers/gone.md'), '');
  expect(await checkDocs(root, pages)).toBe(1);
  const message = String(said.mock.lastCall?.[0]);
  for (const name of ['relu', 'add', 'gone']) expect(message).toContain(`docs/layers/${name}.md`);
  await writeDocs(root, pages);
  expect(await checkDocs(root, pages)).toBe(0);
  expect(await readFile(join(root, 'docs/layers/relu.md'), 'utf8')).toContain('# ReLU');
});

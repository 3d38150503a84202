import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkDocs, docPages, writeDocs } from '../../build/docs/docs.ts';
import { catalog } from '../../shared/blocks/index.ts';
import { rules } from '../../shared/lint/rules.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netwright-docs-test-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const pages = docPages();

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

test('a published figure stands on its page with its formula', () => {
  // EECS 498-007, lecture 8: the first layer of AlexNet.
  expect(docPages().get('docs/layers/conv2d.md')).toContain('64·56·56·3·11·11 = 72,855,552');
});

test('stale, missing and left-over pages are told', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await writeDocs(root);
  expect(await checkDocs(root)).toBe(0);
  await writeFile(join(root, 'docs/layers/relu.md'), 'old');
  await rm(join(root, 'docs/layers/add.md'));
  await writeFile(join(root, 'docs/layers/gone.md'), '');
  expect(await checkDocs(root)).toBe(1);
  const message = String(said.mock.lastCall?.[0]);
  for (const name of ['relu', 'add', 'gone']) expect(message).toContain(`docs/layers/${name}.md`);
  await writeDocs(root);
  expect(await checkDocs(root)).toBe(0);
  expect(await readFile(join(root, 'docs/layers/relu.md'), 'utf8')).toContain('# ReLU');
});

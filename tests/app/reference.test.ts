import { describe, expect, it } from 'vitest';
import { findPages, linkedPage, pages } from '../../renderer/features/reference/pages.ts';
import { readBack, readingOf, readPage } from '../../renderer/features/reference/reference-state.ts';
import { addableOf } from '../../renderer/layout/addable.ts';
import { addNew } from '../../renderer/layout/adding.ts';
import { designOf } from '../../renderer/state/app-state.ts';
import { catalog, definitionOf, hasInside, type NodeKind } from '../../shared/blocks/index.ts';
import { rules } from '../../shared/lint/rules.ts';
import { openChain, startApp } from './open-app.ts';

describe('the reference', () => {
  it('has a page of every layer, block and rule, with the headings of their examples', () => {
    for (const kind of Object.keys(catalog) as NodeKind[]) {
      const page = pages.get(`${hasInside(kind) ? 'blocks' : 'layers'}/${kind}.md`);
      expect(page?.title).toBe(definitionOf(kind).title);
      for (const { title } of definitionOf(kind).examples) expect(page?.text).toContain(`### ${title}\n`);
    }
    for (const { id, title, examples } of Object.values(rules)) {
      const page = pages.get(`rules/${id}.md`);
      expect(page?.title).toBe(title);
      for (const example of examples) expect(page?.text).toContain(`### ${example.title}\n`);
    }
  });

  it.each([
    ['conv2d', 'layers/conv2d.md'],
    ['fire', 'blocks/fire.md'],
    ['aggressive stem', 'rules/aggressive-stem.md'],
    ['cross-correlation groups', 'layers/conv2d.md'],
    ['peak memory convention', 'costs.md'],
  ])('is searched for “%s”', (search, path) => {
    const [...found] = findPages(search);
    expect(found.slice(0, 6).map((page) => page.path)).toContain(path);
  });

  it('follows links to its own pages only', () => {
    expect(linkedPage('rules/aggressive-stem.md', 'late-downsampling.md')).toBe('rules/late-downsampling.md');
    expect(linkedPage('layers/conv2d.md', '../blocks/fire.md')).toBe('blocks/fire.md');
    expect(linkedPage('layers/conv2d.md', 'https://example.org/layers/conv2d.md')).toBeUndefined();
    expect(linkedPage('layers/conv2d.md', '../spec.md')).toBeUndefined();
  });

  it('opens the page of what is selected, and goes back', async () => {
    const { app, run } = openChain();
    app.getState().select(['relu1']);
    await run('reference');
    expect(readingOf(app).getState()).toMatchObject({ open: true, page: 'layers/relu.md' });
    readPage(app, 'layers/conv2d.md');
    readBack(app);
    expect(readingOf(app).getState().page).toBe('layers/relu.md');
  });

  it('opens its list where nothing is selected, also before there is a design', async () => {
    const { app, run } = startApp();
    await run('reference');
    expect(readingOf(app).getState()).toMatchObject({ open: true, page: undefined });
  });

  it('gives every example to the canvas as it is written', () => {
    const { app } = openChain();
    // AlexNet's first layer, as the lecture has it: 11×11, stride 4, padding 2.
    const id = addNew(app, addableOf('conv2d#0', [])!, { at: { x: 0, y: 400 } });
    expect(designOf(app.getState()).nodes[id]!.params).toMatchObject({
      channels: 64,
      kernel: [11, 11],
      stride: [4, 4],
    });
    for (const kind of Object.keys(catalog) as NodeKind[])
      for (const [i, { params }] of definitionOf(kind).examples.entries()) {
        const added = addNew(app, addableOf(`${kind}#${i}`, [])!, { at: { x: 0, y: 0 } });
        expect(designOf(app.getState()).nodes[added]!.params).toMatchObject(
          JSON.parse(JSON.stringify(params)),
        );
        app.getState().undo();
      }
    expect(addableOf('conv2d#99', [])).toBeUndefined();
    expect(addableOf('nonsense#0', [])).toBeUndefined();
  });
});

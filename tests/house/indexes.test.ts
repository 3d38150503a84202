import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocks, definitionOf, isNodeKind } from '../../shared/blocks/index.ts';
import { userBlock } from '../../shared/blocks/user-block.ts';
import { layers } from '../../shared/layers/index.ts';
import { importsOf } from './imports.ts';

const root = join(import.meta.dirname, '../..');

/** Folders whose files are each a line in an index, and what a file that defines something looks like. */
const indexes = [
  {
    folder: 'shared/layers',
    index: 'shared/layers/index.ts',
    defines: /^export const \w+ = define[A-Z]\w+\(/m,
  },
  { folder: 'shared/blocks', index: 'shared/blocks/index.ts', defines: /^export const \w+ = defineBlock\(/m },
  { folder: 'shared/lint/rules', index: 'shared/lint/rules.ts', defines: /./ },
  {
    folder: 'shared/zoo',
    index: 'shared/zoo/index.ts',
    defines: /: ZooEntry\b|: readonly ZooEntry\[\] = \[/,
  },
  {
    folder: 'shared/formats/reports',
    index: 'shared/formats/reports/index.ts',
    defines: /: ReportFormat = \{/,
  },
  { folder: 'cli/commands', index: 'cli/program.ts', defines: /./ },
] as const;

describe.each(indexes)('every file in $folder that defines something', ({ folder, index, defines }) => {
  it(`is in ${index}`, () => {
    const inIndex = new Set(importsOf(root, index).map(({ to }) => to));
    const files = readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}`)
      .filter(
        (path) =>
          path.endsWith('.ts') && path !== index && defines.test(readFileSync(join(root, path), 'utf8')),
      );
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => !inIndex.has(path))).toEqual([]);
  });
});

describe('an icon', () => {
  const icons = readdirSync(join(root, 'assets/icons/layers')).map((name) => basename(name, '.svg'));
  const kinds = [...Object.keys(layers), ...Object.keys(blocks), userBlock.kind].filter(isNodeKind);

  it('is drawn for every layer and block, and for nothing else', () => {
    expect([...icons].sort()).toEqual([...new Set(kinds.map((kind) => definitionOf(kind).icon))].sort());
  });
  it.each(icons)('%s draws something', (icon) => {
    const svg = readFileSync(join(root, 'assets/icons/layers', `${icon}.svg`), 'utf8');
    expect(svg).toMatch(/<(path|circle|rect|line|ellipse|poly(line|gon)|text)\b/);
  });
});

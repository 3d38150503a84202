import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Packages that may not be imported there: for every folder with a rule at least one that must be refused. */
const refused: readonly (readonly [file: string, imported: string])[] = [
  ['shared/base/a.ts', 'immer'],
  ['shared/host/a.ts', 'immer'],
  ['shared/runtime/webgl/a.ts', 'three'],
  ['shared/index.ts', 'fflate'],
  ['shared/disk/a.ts', 'immer'],
  ['shared/layers/a.ts', 'react'],
  ['shared/graph/a.ts', 'node:fs'],
  ['shared/formats/pictures/a.ts', 'three'],
  ['shared/formats/onnx/a.ts', 'jsonc-parser'],
  ['shared/schema/a.ts', 'immer'],
  ['shared/zoo/a.ts', 'immer'],
  ['shared/runtime/cpu/a.ts', 'node:worker_threads'],
  ['shared/models/a.ts', 'node:fs'],
  ['cli/a.ts', 'react'],
  ['electron/preload/a.ts', 'immer'],
  ['renderer/state/a.ts', 'electron'],
  ['renderer/state/a.ts', 'node:fs'],
  ['renderer/features/run/a.tsx', '@xyflow/react'],
  ['renderer/features/run/a.tsx', 'three'],
  ['renderer/features/canvas/a.tsx', 'three'],
  ['renderer/features/canvas/a.tsx', '@react-three/fiber'],
  ['renderer/features/scene3d/a.tsx', '@xyflow/react'],
];

/** Beside them, what the house is built of. */
const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['shared/graph/b.ts', 'immer'],
  ['shared/graph/b.ts', './edits.ts'],
  ['shared/graph/b.ts', '../base/dims.ts'],
  ['shared/lint/b.ts', 'fastest-levenshtein'],
  ['shared/formats/spec/b.ts', 'jsonc-parser'],
  ['shared/runtime/cpu/worker/b.ts', 'node:worker_threads'],
  ['shared/disk/b.ts', 'node:fs/promises'],
  ['renderer/features/canvas/b.tsx', '@xyflow/react'],
  ['renderer/features/scene3d/b.tsx', 'three'],
];

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

describe('packages', () => {
  const found = new Set<string>();
  let tree = '';

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'netwright-boundaries-'));
    // The house's own rules, over a tree that git knows nothing of.
    const {
      vcs: _,
      $schema: __,
      plugins: ___,
      ...rules
    } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    writeFileSync(join(tree, 'biome.json'), JSON.stringify(rules));
    const files = new Map<string, string[]>();
    for (const [file, imported] of [...refused, ...allowed]) {
      files.set(file, [...(files.get(file) ?? []), imported]);
    }
    for (const [file, imports] of files) {
      mkdirSync(join(tree, dirname(file)), { recursive: true });
      writeFileSync(join(tree, file), imports.map((name) => `import '${name}';\n`).join(''));
    }
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/@biomejs/biome/bin/biome'),
        'lint',
        '--only=style/noRestrictedImports',
        '--max-diagnostics=none',
        '--reporter=json',
        '.',
      ],
      { cwd: tree, encoding: 'utf8' },
    );
    expect(stdout, stderr).not.toBe('');
    for (const { category, location } of (JSON.parse(stdout) as BiomeReport).diagnostics) {
      if (category !== 'lint/style/noRestrictedImports') continue;
      found.add(`${location.path} ${files.get(location.path)?.[location.start.line - 1]}`);
    }
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(refused)('%s may not import %s', (file, imported) => {
    expect(found).toContain(`${file} ${imported}`);
  });
  it.each(allowed)('%s may import %s', (file, imported) => {
    expect(found).not.toContain(`${file} ${imported}`);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Who may not import what: for every boundary at least one import that must be refused. */
const refused: readonly (readonly [file: string, imported: string])[] = [
  ['shared/base/a.ts', '../schema/params.ts'],
  ['shared/base/a.ts', 'immer'],
  ['shared/host/a.ts', '../base/problem.ts'],
  ['shared/schema/a.ts', '../layers/index.ts'],
  ['shared/layers/a.ts', '../blocks/index.ts'],
  ['shared/layers/a.ts', 'react'],
  ['shared/blocks/a.ts', '../graph/design.ts'],
  ['shared/graph/a.ts', '../analysis/analyze.ts'],
  ['shared/graph/a.ts', 'node:fs'],
  ['shared/analysis/a.ts', '../lint/run.ts'],
  ['shared/lint/rules/a.ts', '../../formats/spec/read.ts'],
  ['shared/zoo/a.ts', '../runtime/session.ts'],
  ['shared/formats/onnx/a.ts', '../../runtime/session.ts'],
  ['shared/formats/pictures/a.ts', 'three'],
  ['shared/runtime/a.ts', '../formats/spec/read.ts'],
  ['shared/runtime/plan/a.ts', '../../lint/run.ts'],
  ['shared/runtime/webgl/a.ts', '../cpu/machine.ts'],
  ['shared/runtime/cpu/a.ts', 'node:worker_threads'],
  ['shared/runtime/cpu/worker/a.ts', '../../../formats/spec/read.ts'],
  ['shared/models/a.ts', 'node:fs'],
  ['shared/index.ts', '../renderer/app.tsx'],
  ['cli/a.ts', '../renderer/app.tsx'],
  ['cli/a.ts', 'react'],
  ['electron/main/a.ts', '../../renderer/host/host.ts'],
  ['electron/main/a.ts', '../../shared/graph/design.ts'],
  ['electron/preload/a.ts', 'immer'],
  ['renderer/store/a.ts', '../../electron/main/menu.ts'],
  ['renderer/store/a.ts', 'electron'],
  ['renderer/store/a.ts', 'node:fs'],
  ['renderer/store/a.ts', '../../cli/program.ts'],
  ['renderer/panels/a.tsx', '@xyflow/react'],
  ['renderer/panels/a.tsx', 'three'],
  ['renderer/canvas/a.tsx', 'three'],
  ['renderer/canvas/a.tsx', '@react-three/fiber'],
  ['renderer/scene3d/a.tsx', '@xyflow/react'],
];

/** Beside them, what the house is built of. */
const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['shared/layers/b.ts', '../base/dims.ts'],
  ['shared/layers/b.ts', './define.ts'],
  ['shared/graph/b.ts', 'immer'],
  ['shared/lint/rules/b.ts', '../define.ts'],
  ['shared/lint/rules/b.ts', '../../analysis/facts.ts'],
  ['shared/formats/spec/b.ts', 'jsonc-parser'],
  ['shared/runtime/webgl/b.ts', '../plan/plan.ts'],
  ['shared/runtime/cpu/worker/b.ts', 'node:worker_threads'],
  ['cli/b.ts', '../shared/analysis/analyze.ts'],
  ['electron/main/b.ts', '../../shared/host/contract.ts'],
  ['renderer/canvas/b.tsx', '@xyflow/react'],
  ['renderer/scene3d/b.tsx', 'three'],
];

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

describe('import boundaries', () => {
  const found = new Set<string>();
  let tree = '';

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'netwright-boundaries-'));
    // The house's own rules, over a tree that git knows nothing of.
    const { vcs: _, $schema: __, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
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

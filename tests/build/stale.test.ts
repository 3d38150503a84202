import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginBuild, staleTargets, targets } from '../../build/stale.mjs';
import { importsOf } from '../house/imports.ts';

const root = join(import.meta.dirname, '../..');

describe('a part of the build', () => {
  let at = '';
  const sources = [
    'package.json',
    'renderer/styles/app.css',
    'electron/main/index.ts',
    'cli/program.ts',
    'shared/graph/design.ts',
    'shared/host/contract.ts',
  ];
  const buildAll = () => {
    for (const target of staleTargets(at)) beginBuild(target, at)();
  };
  beforeAll(() => {
    at = mkdtempSync(join(tmpdir(), 'netwright-stale-'));
    for (const path of sources) {
      mkdirSync(join(at, dirname(path)), { recursive: true });
      writeFileSync(join(at, path), '');
    }
  });
  afterAll(() => rmSync(at, { recursive: true, force: true }));

  it.each([
    ['renderer/styles/app.css', ['renderer', 'gallery']],
    ['electron/main/index.ts', ['electron']],
    ['cli/program.ts', ['cli', 'lib']],
    ['shared/graph/design.ts', ['renderer', 'gallery', 'cli', 'lib']],
    ['shared/host/contract.ts', ['renderer', 'gallery', 'electron', 'cli', 'lib']],
    ['package.json', ['renderer', 'gallery', 'electron', 'cli', 'lib']],
  ])('is built again after a change in %s: %j', (path, stale) => {
    buildAll();
    expect(staleTargets(at)).toEqual([]);
    appendFileSync(join(at, path), '\n');
    expect(staleTargets(at)).toEqual(stale);
  });

  it('that was changed while it was built is built again', () => {
    buildAll();
    const done = beginBuild('cli', at);
    expect(staleTargets(at)).toEqual(['cli']);
    appendFileSync(join(at, 'cli/program.ts'), '\n');
    done();
    expect(staleTargets(at)).toContain('cli');
  });

  it.each([
    ['renderer', ['renderer/main.tsx', 'renderer/vite.config.ts']],
    ['electron', ['electron/main/index.ts', 'electron/preload/index.ts']],
    ['cli', ['cli/netwright.ts']],
    ['lib', ['cli/library.ts', 'shared/index.ts']],
  ])('%s is made of nothing but what is named', (target, entries) => {
    const seen = new Set<string>(entries);
    for (const path of seen) {
      if (!/\.[cm]?[jt]sx?$/.test(path)) continue;
      for (const { to } of importsOf(root, path)) seen.add(to);
    }
    const named = targets[target]!;
    const left = [...seen].filter(
      (path) => !named.some((name) => path === name || path.startsWith(`${name}/`)),
    );
    expect(left).toEqual([]);
  });
});

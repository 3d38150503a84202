import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rooms } from './boundaries.ts';
import { type Import, importsOf } from './imports.ts';
import { folderRingsOf, ringsOf } from './rings.ts';

const root = join(import.meta.dirname, '../..');
const trees = ['shared', 'renderer', 'electron', 'cli', 'build'];

/** The smallest room around a file. */
function roomOf(path: string): string | undefined {
  const around = Object.keys(rooms).filter((room) => path === room || path.startsWith(`${room}/`));
  return around.sort((a, b) => b.length - a.length)[0];
}

/** What an import breaks, as a sentence; nothing where it may stand. */
function fault({ from, to, form, line }: Import): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)];
  const may = here !== undefined && there !== undefined && (here === there || rooms[here]!.includes(there));
  const names = [here, there].map((room) => room ?? 'what is no room');
  return may ? undefined : `${from}:${line} (${form}) imports ${to}: ${names.join(' may not import ')}`;
}

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...trees], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && existsSync(join(root, path)));
const imports = sources.flatMap((path) => importsOf(root, path));

describe('who may import whom', () => {
  it('is kept by every source', () => {
    expect(imports.map(fault).filter((said) => said !== undefined)).toEqual([]);
    expect(sources.filter((path) => roomOf(path) === undefined)).toEqual([]);
  });

  it('has no room that stands on what stands on it, and names none that has no name', () => {
    const edges = Object.entries(rooms).flatMap(([from, all]) => all.map((to) => ({ from, to })));
    expect(edges.filter(({ to }) => !(to in rooms))).toEqual([]);
    expect(ringsOf(edges)).toEqual([]);
  });

  it('leaves no ring among files', () => {
    expect(ringsOf(imports).flat()).toEqual([]);
  });

  it('leaves no ring among folders', () => {
    expect(folderRingsOf(imports).flat()).toEqual([]);
  });
});

describe('a feature', () => {
  const folder = 'renderer/features';
  const ids = readdirSync(join(root, folder));
  const list = 'renderer/shell/features.ts';

  it.each(ids)('%s goes with its folder and its line', (id) => {
    const own = `${folder}/${id}/`;
    const from = imports.filter((one) => one.to.startsWith(own) && !one.from.startsWith(own));
    expect(from.map(({ from, to }) => `${from} → ${to.replace(/x$/, '')}`)).toEqual([
      `${list} → ${own}feature.ts`,
    ]);
  });

  it('is all that the list has', () => {
    const listed = importsOf(root, list).filter(({ form }) => form === 'static');
    expect(listed.length).toBe(ids.length);
  });
});

/** One import that must be refused, in each of its forms, of each wall. */
const walls: readonly (readonly [file: string, imported: string])[] = [
  ['shared/base/a.ts', '../schema/params.ts'],
  ['shared/host/a.ts', '../base/problem.ts'],
  ['shared/schema/a.ts', './../layers/index.ts'],
  ['shared/layers/a.ts', '../index.ts'],
  ['shared/layers/a.ts', '../blocks/index.ts'],
  ['shared/blocks/a.ts', '../graph/design.ts'],
  ['shared/graph/a.ts', '../analysis/analyze.ts'],
  ['shared/analysis/a.ts', '../lint/run.ts'],
  ['shared/lint/rules/a.ts', '../../formats/spec/read.ts'],
  ['shared/zoo/a.ts', '../runtime/session.ts'],
  ['shared/formats/onnx/a.ts', '../../runtime/session.ts'],
  ['shared/formats/weights/a.ts', '../onnx/import.ts'],
  ['shared/formats/pytorch/a.ts', '../keras/export.ts'],
  ['shared/runtime/a.ts', '../formats/spec/read.ts'],
  ['shared/runtime/plan/a.ts', './../cpu/backend.ts'],
  ['shared/runtime/webgl/a.ts', '../cpu/backend.ts'],
  ['shared/runtime/cpu/worker/a.ts', '../../../formats/spec/read.ts'],
  ['shared/models/a.ts', '../../cli/program.ts'],
  ['cli/a.ts', '../renderer/main.tsx'],
  ['cli/a.ts', '../tests/reference.ts'],
  ['electron/main/a.ts', '../../renderer/host/host.ts'],
  ['electron/main/a.ts', '../../shared/graph/design.ts'],
  ['renderer/state/a.ts', '../../electron/main/menu.ts'],
  ['renderer/parts/a.ts', '../../shared/base/dims.ts'],
  ['renderer/state/a.ts', '../layout/boxes.ts'],
  ['renderer/commands/a.ts', '../features/run/run-panel.tsx'],
  ['renderer/features/maps/a.ts', '../run/run-panel.tsx'],
  ['renderer/features/maps/a.ts', '../../shell/features.ts'],
  ['renderer/shell/a.tsx', '../features/run/run-panel.tsx'],
  ['renderer/shell/features.ts', './window.ts'],
  ['renderer/main.tsx', './features/run/feature.ts'],
  ['renderer/state/a.ts', '../../cli/program.ts'],
  ['build/a.mjs', '../tests/reference.ts'],
];
const forms: Readonly<Record<string, (to: string) => string>> = {
  'a static import': (to) => `import { a } from '${to}';`,
  'an import for its effect': (to) => `import '${to}';`,
  'a re-export': (to) => `export { a } from '${to}';`,
  'a re-export of all': (to) => `export * from '${to}';`,
  'a dynamic import': (to) => `const load = () => import('${to}');`,
  'a dynamic import in a template': (to) => `const load = () => import(\`${to}\`);`,
  'a required module': (to) => `const a = require('${to}');`,
  'an address beside the source': (to) => `new Worker(new URL('${to}', import.meta.url));`,
};
const typed: typeof forms = {
  'a type import': (to) => `import type { A } from '${to}';`,
  'a type among values': (to) => `import { type A } from '${to}';`,
  'a re-exported type': (to) => `export type { A } from '${to}';`,
  'an imported type': (to) => `let a: import('${to}').A;`,
  'a type of a module': (to) => `type A = typeof import('${to}');`,
  'an import in the old form': (to) => `import a = require('${to}');`,
};

describe('a wall refuses', () => {
  it.each(Object.entries({ ...forms, ...typed }))('%s', (name, write) => {
    for (const [file, to] of walls) {
      if (file.endsWith('.mjs') && name in typed) continue;
      const faults = importsOf(root, file, write(to)).map(fault);
      expect(faults, `${file} ${to}`).toEqual([expect.stringContaining('may not import')]);
    }
  });

  it('what leads nowhere, and what cannot be looked up', () => {
    expect(() => importsOf(root, 'shared/base/a.ts', "import './nothing.ts';")).toThrow('leads nowhere');
    expect(() => importsOf(root, 'shared/base/a.ts', "import('../' + name + '.ts');")).toThrow(
      'cannot be looked up',
    );
  });

  it('rings of files and of folders', () => {
    const edge = (from: string, to: string) => ({ from, to });
    const chain = [edge('a/x/1.ts', 'a/y/1.ts'), edge('a/y/2.ts', 'a/z/1.ts')];
    expect(ringsOf(chain)).toEqual([]);
    expect(folderRingsOf(chain)).toEqual([]);
    const closed = [...chain, edge('a/z/2.ts', 'a/x/2.ts')];
    expect(ringsOf(closed)).toEqual([]);
    expect(folderRingsOf(closed)).toEqual([['a/x', 'a/y', 'a/z']]);
    expect(ringsOf([edge('1', '2'), edge('2', '3'), edge('3', '2')])).toEqual([['2', '3']]);
  });

  it('no package, which the linter judges, and no folder that is built', () => {
    expect(importsOf(root, 'cli/a.ts', "import 'commander'; new URL('./cpu/', import.meta.url);")).toEqual(
      [],
    );
  });

  it('nothing that the house is built of', () => {
    const allowed = [
      ['shared/layers/a.ts', '../base/dims.ts'],
      ['shared/lint/rules/a.ts', '../define.ts'],
      ['shared/runtime/webgl/a.ts', '../plan/plan.ts'],
      ['cli/a.ts', '../shared/analysis/analyze.ts'],
      ['electron/main/a.ts', '../../shared/host/contract.ts'],
    ] as const;
    for (const [file, to] of allowed) {
      expect(importsOf(root, file, forms['a static import']!(to)).map(fault)).toEqual([undefined]);
    }
  });
});

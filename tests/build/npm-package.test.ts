import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let work: string;
let project: string;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

const run = (command: string, args: readonly string[], cwd = project) =>
  spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * What npm does with a package: it is unpacked, its commands are linked, and what it depends on, and nothing else, is put
 * beside it. By hand, since npm's own cache is slow to write; what is depended on comes from here, so no registry is asked.
 */
function install(modules: string, archive: string): void {
  const folder = join(modules, 'netwright');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(modules, '.bin'));
  expect(run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1'])).toMatchObject({ status: 0 });
  const { bin, dependencies } = manifestIn(folder) as Manifest;
  for (const [name, path] of Object.entries(bin)) {
    chmodSync(join(folder, path), 0o755);
    symlinkSync(join('../netwright', path), join(modules, '.bin', name));
  }
  for (const [name, version] of Object.entries(dependencies)) {
    const here = join(root, 'node_modules', name);
    expect(manifestIn(here)).toMatchObject({ version });
    symlinkSync(here, join(modules, name));
  }
}

/** The package as it would be published, installed in an empty folder. */
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'netwright-npm-'));
  project = join(work, 'project');
  mkdirSync(project);
  const made = run(process.execPath, [join(root, 'build/npm-package.mjs'), join(work, 'package')], root);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const pack = run('npm', ['pack', '--json', join(work, 'package')], work);
  expect(pack.status).toBe(0);
  [packed] = JSON.parse(pack.stdout) as [Packed];
  writeFileSync(join(project, 'package.json'), '{"name": "project", "private": true, "type": "module"}');
  install(join(project, 'node_modules'), join(work, packed.filename));
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the package for npm', () => {
  it('holds command, library, types, schemas, licence and notices, and nothing of the app or of the sources', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of [
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.txt',
      'out/cli/netwright.js',
      'out/lib/index.js',
      'out/lib/index.d.ts',
      'schema/config.schema.json',
    ])
      expect(paths).toContain(path);
    expect(paths.filter((path) => /electron|renderer|node_modules|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    const about = JSON.parse(readFileSync(join(project, 'node_modules/netwright/package.json'), 'utf8'));
    expect(about).not.toHaveProperty('private');
    expect(about).not.toHaveProperty('devDependencies');
  });

  it('names everyone whose work is in it', () => {
    const notices = readFileSync(join(project, 'node_modules/netwright/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'immer', 'fflate', 'canvaskit-wasm', 'Roboto'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(notices).not.toMatch(/^react /m);
  });

  it('is a command: npx netwright check', () => {
    const check = (limit: string) =>
      run('npx', ['--no-install', 'netwright', 'check', 'zoo:vgg16', '--macs', limit]);
    // 15.47 G multiply-adds, as published.
    expect(check('15.4G')).toMatchObject({ status: 1 });
    expect(check('15.5G')).toMatchObject({ status: 0, stderr: '' });
  });

  it('lets a configuration build on one that is a package of its own', () => {
    const house = join(project, 'node_modules/@house/rules');
    mkdirSync(house, { recursive: true });
    writeFileSync(
      join(house, 'package.json'),
      '{"name": "@house/rules", "version": "1.0.0", "main": "rules.json"}',
    );
    writeFileSync(join(house, 'rules.json'), '{"lint": {"rules": {"vgg-conv-3x3": "error"}}}');
    writeFileSync(
      join(project, 'netwright.config.json'),
      '{"$schema": "./node_modules/netwright/schema/config.schema.json", "extends": "@house/rules"}',
    );
    const { stdout, status } = run('npx', ['--no-install', 'netwright', 'lint', 'zoo:alexnet']);
    expect(stdout).toContain('vgg-conv-3x3');
    expect(status).toBe(1);
  });

  it('is a library, with types that strict TypeScript takes', () => {
    const sample = `import { analyze, lint, zooEntry, type Design } from 'netwright';
const design: Design = zooEntry('resnet18').build();
const params: number = analyze(design).totals.params;
console.log(params, lint(design).findings.length >= 0);
`;
    writeFileSync(join(project, 'sample.mts'), sample);
    const tsc = run(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,dom', '--types', ''],
      ...['--module', 'NodeNext', 'sample.mts'],
    ]);
    expect(tsc).toMatchObject({ status: 0, stdout: '' });
    writeFileSync(
      join(project, 'sample.mjs'),
      sample.replace(', type Design', '').replace(/: (Design|number)/g, ''),
    );
    // As torchvision counts it.
    expect(run(process.execPath, ['sample.mjs'])).toMatchObject({ stdout: '11689512 true\n', stderr: '' });
  });

  it('brings schemas that can be imported, each with an address of its own', () => {
    const names = packed.files.flatMap(({ path }) => /^schema\/(.*)$/.exec(path)?.[1] ?? []);
    const read = (name: string) =>
      JSON.parse(readFileSync(join(project, 'node_modules/netwright/schema', name), 'utf8'));
    const catalog = read('catalog.json');
    const ids = names.filter((name) => name !== 'catalog.json').map((name) => read(name).$id);
    expect(names.length).toBeGreaterThan(1);
    const { schemas } = catalog as { schemas: readonly { url: string; fileMatch?: readonly string[] }[] };
    expect(schemas.map(({ url }) => url).sort()).toEqual([...ids].sort());
    expect(schemas.flatMap(({ fileMatch = [] }) => fileMatch)).toEqual([
      '*.netwright.json',
      'netwright.config.json',
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^https:\/\/netwright\.dev\/schema\//);
  });
});

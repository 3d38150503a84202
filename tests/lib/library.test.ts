import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installLibrary } from './installed.ts';

type Library = typeof import('../../shared/index.ts');

const root = resolve(import.meta.dirname, '../..');
let project: string;
let library: Library;

/** A project with the built package in its node_modules, as a user has it. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'netwright-library-'));
  const folder = await installLibrary(project);
  // The declarations name immer's types.
  await symlink(join(root, 'node_modules/immer'), join(project, 'node_modules/immer'));
  library = (await import(pathToFileURL(join(folder, 'out/lib/index.js')).href)) as Library;
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** The README's example, near enough: every export that it names is used. */
const sample = `
import { analyze, checkBudget, compare, type Design, InferenceSession, lint, openDesign, SpecError, Tensor, writeDesign, zoo } from 'netwright';

const design: Design = openDesign({
  netwright: 1,
  name: 'Sample',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 4, padding: 1 } },
    { id: 'output', kind: 'output', from: 'conv' },
  ],
  budget: { macs: 10_000 },
});
const macs: number = analyze(design).totals.macs;
const rules: readonly string[] = lint(design).findings.map(({ rule }) => rule);
const within: boolean = checkBudget(design).within;
const added = compare(zoo[0]!.build(), design).rows.filter(({ change }) => change === 'added').length;
let refused = '';
try {
  openDesign('{"netwright": 1, "nodes": [{ "id": "a", "kind": "conv" }]}');
} catch (error) {
  if (error instanceof SpecError) refused = error.problems[0]!.code;
}
const session = await InferenceSession.create(design, { seed: 1, threads: 1 });
const { output } = await session.run({ input: new Tensor('float32', new Float32Array(192).fill(1), [1, 3, 8, 8]) });
const { backend } = session;
await session.release();
console.log(JSON.stringify({ macs, rules, within, added, refused, backend, dims: output!.dims, same: writeDesign(openDesign(writeDesign(design))) === writeDesign(design) }));
`;

describe('the library', () => {
  it('has what its page promises', () => {
    for (const name of [
      'openDesign',
      'writeDesign',
      'analyze',
      'lint',
      'checkBudget',
      'compare',
      'zoo',
      'InferenceSession',
      'Tensor',
    ])
      expect(library).toHaveProperty(name);
    expect(library.analyze(library.zooEntry('vgg16')!.build()).totals.params).toBe(138_357_544);
  });

  it('needs nothing of Node where Node is not', async () => {
    const text = await readFile(join(project, 'node_modules/netwright/out/lib/index.js'), 'utf8');
    expect(text).not.toMatch(/from ?["']node:|require\(["']/);
  });

  it.each(['sample', 'README'])(
    'type-checks the %s in strict TypeScript, by both ways of resolving',
    async (name) => {
      const readme = await readFile(join(root, 'README.md'), 'utf8');
      const [, example = ''] = /## The library[\s\S]*?```js\n([\s\S]*?)```/.exec(readme) ?? [];
      expect(example).toContain("zooEntry('resnet18')");
      // What the file holds is the reader's own.
      const source = name === 'sample' ? sample : `declare const text: string;\n${example}`;
      await writeFile(join(project, 'sample.mts'), source);
      for (const module of ['NodeNext', 'ESNext']) {
        const tsc = spawnSync(
          process.execPath,
          [
            join(root, 'node_modules/typescript/bin/tsc'),
            ...['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,dom', '--types', ''],
            ...[
              '--module',
              module,
              '--moduleResolution',
              module === 'ESNext' ? 'bundler' : 'nodenext',
              'sample.mts',
            ],
          ],
          { cwd: project, encoding: 'utf8' },
        );
        expect(tsc.stdout).toBe('');
        expect(tsc.status).toBe(0);
      }
    },
  );

  it('runs in Node by its own name, on the threaded CPU engine', async () => {
    // The sample with its types taken off, as a bundler does it.
    const { transform } = await import('esbuild');
    const { code } = await transform(sample, { loader: 'ts', format: 'esm' });
    await writeFile(join(project, 'sample.mjs'), code);
    const ran = spawnSync(process.execPath, ['sample.mjs'], { cwd: project, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toEqual({
      // 4·8·8·3·3·3
      macs: 6912,
      rules: [],
      within: true,
      added: expect.any(Number),
      refused: 'unknown-kind',
      backend: 'cpu',
      dims: [1, 4, 8, 8],
      same: true,
    });
  });

  it('keeps the process while a session runs, and not for one that nobody released', async () => {
    const kept = `
import { InferenceSession, Tensor, zooEntry } from 'netwright';
const session = await InferenceSession.create(zooEntry('lenet').build(), { threads: 2 });
const [input] = session.inputNames;
for (let i = 0; i < 3; i++) await session.run({ [input]: Tensor.zeros([1, 1, 28, 28]) });
console.log('ran');
`;
    await writeFile(join(project, 'kept.mjs'), kept);
    const ran = spawnSync(process.execPath, ['kept.mjs'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(ran).toMatchObject({ status: 0, signal: null, stdout: 'ran\n', stderr: '' });
  });
});

/** Sessions of two threads, each run three times on the same input; prints how many gave other numbers once. */
const repeated = `
import { InferenceSession, Tensor, zooEntry } from 'netwright';

const input = new Tensor('float32', Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i)), [1, 3, 224, 224]);
let differing = 0;
for (let i = 0; i < 6; i++) {
  const session = await InferenceSession.create(zooEntry('squeezenet1_1').build(), { threads: 2, backend: 'cpu' });
  const runs = [];
  for (let run = 0; run < 3; run++) runs.push(await session.run({ [session.inputNames[0]]: input }));
  await session.release();
  const [first, ...others] = runs.map((outputs) => outputs[session.outputNames[0]].data);
  if (others.some((other) => other.some((value, at) => value !== first[at]))) differing++;
}
console.log(differing);
`;

describe('two threads', () => {
  // The baseline compiler is what the first runs of every process are compiled by.
  it('give the same again and again, also in code that V8 has not optimised', async () => {
    await writeFile(join(project, 'repeated.mjs'), repeated);
    const { stdout, stderr } = spawnSync(process.execPath, ['--liftoff-only', 'repeated.mjs'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('0');
  });
});

import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../build/ensure-built.mjs';
import { runHere as run } from './in-process.ts';

const home = process.cwd();
let folder: string;
let command: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-review-'));
  await ensureBuilt(['cli']);
  command = `${process.execPath} ${join(home, 'out/cli/netwright.js')}`;
  process.chdir(folder);
  await mkdir('repo/designs', { recursive: true });
  process.chdir('repo');
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'T');
  git('config', 'user.email', 't@example.org');
  git('config', 'diff.netwright.textconv', `${command} textconv`);
  git('config', 'merge.netwright.driver', `${command} merge --path %P %O %A %B`);
  await copyFile(join(home, 'docs/ci/gitattributes'), '.gitattributes');
  await writeFile('tsconfig.json', '{ /* not ours */ }');
  await save(design({ channels: 16 }));
  commit('first');
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

function git(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('git', args, {
    encoding: 'utf8',
    env: { ...process.env, NETWRIGHT: command },
  });
  return { status, said: stdout + stderr };
}
function commit(message: string) {
  git('add', '-A');
  return git('commit', '-qm', message);
}
const file = 'designs/a.netwright.json';
const save = (json: object) => writeFile(file, JSON.stringify(json, undefined, 2));
const design = (params: object, rest: object = {}, more: readonly object[] = []) => ({
  netwright: 3,
  name: 'a',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { padding: 1, ...params } },
    ...more,
    { id: 'output', kind: 'output', from: more.length === 0 ? 'conv' : 'relu' },
  ],
  ...rest,
});

describe('a report', () => {
  it('tells totals, budget, layers and findings of what a commit changed', async () => {
    await save(
      design({ channels: 32, kernel: 3 }, { budget: { macs: 100 } }, [
        { id: 'relu', kind: 'relu', from: 'conv' },
      ]),
    );
    await writeFile('tsconfig.json', '{ /* nor this */ }');
    commit('second');
    for (const sides of [
      ['HEAD~1', 'HEAD'],
      ['HEAD~1', file],
      ['HEAD~1', 'designs'],
      ['HEAD~1', '.'],
    ] as const) {
      const { out, code } = await run('report', ...sides);
      // 32·32·3·9 for each of 16 channels, then of 32.
      expect(out).toContain('| Multiply-adds | 442,368 | 884,736 | +100.00 % | **OVER 100** |');
      expect(out).toContain('1 added, 0 removed');
      expect(out).toContain('channels 16 → 32');
      expect(out).toMatch(/New findings.*\n\n- error: .*over-budget/s);
      expect(out).toContain('█');
      expect(out).not.toContain('tsconfig');
      expect(code).toBe(0);
    }
    expect((await run('report', 'HEAD', 'HEAD')).out).toContain('No design differs.');
    expect(await run('report', 'HEAD', 'no-such-thing')).toMatchObject({ code: 2, out: '' });
  });

  it('takes a finding that goes on with other numbers for neither new nor solved', async () => {
    for (const [side, channels] of [
      ['before', 16],
      ['after', 24],
    ] as const) {
      await mkdir(`../going-on/${side}`, { recursive: true });
      const vgg = design({ channels, kernel: 7, padding: 3 }, { lint: { preset: 'vgg' } });
      await writeFile(`../going-on/${side}/a.json`, JSON.stringify(vgg));
      expect((await run('lint', `../going-on/${side}/a.json`)).out).toContain('(vgg-conv-3x3)');
    }
    const { out } = await run('report', '../going-on/before', '../going-on/after');
    expect(out).toContain('channels 16 → 24');
    expect(out).toContain('| +0 −0 |');
    expect(out).not.toMatch(/(New|Solved) findings/);
  });

  it('stays within what a comment may have, whatever it is of', async () => {
    const nodes = Array.from({ length: 400 }, (_, i) => ({
      id: `c${i}_${'x'.repeat(100)}`,
      kind: 'conv2d',
      from: i === 0 ? 'input' : `c${i - 1}_${'x'.repeat(100)}`,
      params: { padding: 1 },
    }));
    await mkdir('../wide/new', { recursive: true });
    await mkdir('../wide/old', { recursive: true });
    for (let i = 0; i < 12; i++)
      await writeFile(
        `../wide/new/${i}.json`,
        JSON.stringify({
          netwright: 3,
          nodes: [{ id: 'input', kind: 'input', params: { shape: [3, 4, 4] } }, ...nodes],
        }),
      );
    await writeFile('../wide/old/0.json', JSON.stringify({ netwright: 3, nodes: [] }));
    const { out } = await run('report', '../wide/old', '../wide/new');
    expect(out.length).toBeLessThanOrEqual(65_536);
    expect(out.length).toBeGreaterThan(10_000);
  });
});

it('git shows a design by layer', () => {
  expect(git('diff', 'HEAD~1', 'HEAD', '--', file).said).toMatch(
    /^-\s+channels = 16\n[\s\S]*^\+relu: relu in←conv/m,
  );
});

it('git merges two changes of one design, and tells what cannot be merged', async () => {
  git('checkout', '-qb', 'ours', 'HEAD~1');
  await save(design({ channels: 16, kernel: 5, padding: 2 }));
  commit('kernel');
  git('checkout', '-qb', 'theirs', 'HEAD~1');
  await save(design({ channels: 24 }));
  commit('channels');
  expect(git('merge', '-q', '--no-edit', 'ours').status).toBe(0);
  const { nodes } = JSON.parse(await readFile(file, 'utf8')) as { nodes: { params?: object }[] };
  expect(nodes[1]!.params).toMatchObject({ channels: 24, kernel: 5, padding: 2 });
  git('checkout', '-qb', 'third', 'ours');
  await save(design({ channels: 40, kernel: 5, padding: 2 }));
  commit('other channels');
  const { status, said } = git('merge', '--no-edit', 'theirs');
  expect(status).toBe(1);
  expect(said).toContain(`${file}: CONFLICT in nodes.conv.params.channels`);
  git('merge', '--abort');
});

it('the hook keeps a design with an error from being committed', async () => {
  await copyFile(join(home, 'docs/ci/pre-commit'), '.git/hooks/pre-commit');
  await chmod('.git/hooks/pre-commit', 0o755);
  await save(design({ kernel: 99, padding: 0 }));
  expect(commit('broken').status).not.toBe(0);
  await save(design({ channels: 8 }));
  expect(commit('sound').status).toBe(0);
});

describe('files as people have them', () => {
  const odd = "designs/größe 网络 'it'.netwright.json";
  const text = (channels: number) => JSON.stringify(design({ channels }), undefined, 2);

  it('a report follows a file that was renamed and changed, and tells of one that is empty', async () => {
    git('checkout', '-qf', 'main');
    git('checkout', '-qb', 'names');
    await rename(file, odd);
    await writeFile(odd, text(24));
    await writeFile('designs/empty.netwright.json', '');
    git('add', '-A');
    // A hook would keep it from being committed.
    git('commit', '-qnm', 'renamed');
    const { out, code } = await run('report', 'main', 'HEAD');
    expect(out).toMatch(/\| designs\/größe 网络 'it'\.netwright\.json \| was designs\/a\.netwright\.json \|/);
    expect(out).toContain('Cannot be read: designs/empty.netwright.json:1:1: The file is empty.');
    expect(out).not.toContain(tmpdir());
    expect(code).toBe(1);
    // The hook is given the name as it is.
    await copyFile(join(home, 'docs/ci/pre-commit'), '.git/hooks/pre-commit');
    await chmod('.git/hooks/pre-commit', 0o755);
    await rm('designs/empty.netwright.json');
    await writeFile(odd, JSON.stringify(design({ kernel: 99, padding: 0 })));
    expect(commit('broken').status).not.toBe(0);
    await writeFile(odd, text(8));
    expect(commit('sound').status).toBe(0);
  });

  it('a merge takes a file that both added, and keeps its line ends', async () => {
    await writeFile('base.json', '');
    await writeFile('ours.json', text(16).replaceAll('\n', '\r\n'));
    await writeFile('theirs.json', text(16));
    expect(await run('merge', 'base.json', 'ours.json', 'theirs.json')).toMatchObject({ code: 0 });
    const merged = await readFile('ours.json', 'utf8');
    expect(merged.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    await writeFile('theirs.json', text(32));
    const { code, err } = await run('merge', 'base.json', 'ours.json', 'theirs.json');
    expect(code).toBe(1);
    expect(err).toContain('ours.json: CONFLICT in nodes.conv.params.channels');
  });

  it('a merge tells where two sides fit each by itself and not together', async () => {
    const two = (left: object, right: object) =>
      JSON.stringify({
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
          { id: 'a', kind: 'conv2d', from: 'input', params: { channels: 16, padding: 1, ...left } },
          { id: 'b', kind: 'conv2d', from: 'input', params: { channels: 16, padding: 1, ...right } },
          { id: 'sum', kind: 'add', from: ['a', 'b'] },
          { id: 'output', kind: 'output', from: 'sum' },
        ],
      });
    const both = (channels: number, kernel: number) =>
      two({ channels, kernel, padding: 'same' }, { channels, kernel, padding: 'same' });
    await writeFile('base.json', both(16, 3));
    await writeFile(
      'ours.json',
      two(
        { channels: 16, kernel: 3, padding: 'same', stride: 2 },
        { channels: 16, kernel: 3, padding: 'same', stride: 2 },
      ),
    );
    await writeFile(
      'theirs.json',
      both(16, 3)
        .replace(
          '{"id":"sum"',
          '{"id":"c","kind":"conv2d","from":"b","params":{"channels":16,"kernel":1}},{"id":"sum"',
        )
        .replace('["a","b"]', '["a","c","input2"]')
        .replace('{"id":"a"', '{"id":"input2","kind":"input","params":{"shape":[16,32,32]}},{"id":"a"'),
    );
    const { code, err } = await run('merge', 'base.json', 'ours.json', 'theirs.json');
    expect(err).toContain(
      'ours.json: CONFLICT in nodes.sum: each side fits by itself, and both together do not: ',
    );
    expect(code).toBe(1);
  });

  it('a merge saves a spec, and writes over no model of another form', async () => {
    await run('convert', 'zoo:lenet', 'lenet.onnx');
    const before = await readFile('lenet.onnx');
    for (const more of [[], ['-o', 'other.onnx'], ['-o', 'zoo:lenet']]) {
      const { code, err } = await run('merge', 'lenet.onnx', 'lenet.onnx', 'lenet.onnx', ...more);
      expect(err).toMatch(/: merging saves a spec, without weights\. Name a file for it: -o merged\.json\n$/);
      expect(code).toBe(2);
    }
    expect(await readFile('lenet.onnx')).toEqual(before);
    const merged = await run('merge', 'lenet.onnx', 'lenet.onnx', 'lenet.onnx', '-o', 'merged.json');
    expect(merged).toMatchObject({ code: 0, err: '' });
    await rm('lenet.onnx');
  });

  it('git shows what a design says besides its nodes', async () => {
    await writeFile(
      'rest.json',
      JSON.stringify(design({}, { budget: { macs: '4.1M' }, lint: { preset: 'vgg' } })),
    );
    const { out } = await run('textconv', 'rest.json');
    expect(out).toContain('budget.macs = 4100000\n');
    expect(out).toContain('lint.preset = "vgg"\n');
  });

  it('one file that cannot be read keeps no other from being judged', async () => {
    await writeFile('broken.json', '{');
    const { out, err, code } = await run('lint', 'broken.json', 'rest.json');
    expect(out).toContain('rest.json');
    expect(err).toContain('broken.json:1:2');
    expect(code).toBe(2);
  });
});

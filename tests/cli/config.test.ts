import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHere as run } from './in-process.ts';

let folder: string;
const home = process.cwd();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-config-'));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

async function save(name: string, content: object | string): Promise<void> {
  await mkdir(dirname(name), { recursive: true });
  await writeFile(name, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
}
const wide = { id: 'five', kind: 'conv2d', from: 'input', params: { channels: 20, kernel: 5, padding: 2 } };
const design = (node: object = wide) => ({
  netwright: 3,
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
    node,
    { id: 'out', kind: 'output', from: 'five' },
  ],
});
const rulesIn = (out: string) =>
  (JSON.parse(out) as { findings: { rule: string; severity: string }[] }).findings.map(
    ({ rule, severity }) => `${rule} ${severity}`,
  );
const lint = async (...args: readonly string[]) =>
  rulesIn((await run('lint', ...args, '--format', 'json')).out);

describe('own rules of a design that mean nothing', () => {
  it.each(['lint', 'check'])('are refused by %s, with their place', async (command) => {
    const own = [{ id: 'mine', when: 'nothing > 3', message: 'Too much.' }];
    await save('design.json', { ...design(), lint: { own } });
    const { code, err } = await run(command, 'design.json');
    expect(code).toBe(2);
    expect(err).toMatch(/design\.json:\d+:\d+/);
    expect(err).toContain('there is no fact "nothing"');
  });
});

describe('a configuration', () => {
  it('is found upwards, and gives presets, severities and own rules', async () => {
    await save('netwright.config.json', {
      lint: {
        rules: { 'vgg-conv-3x3': 'error' },
        own: [
          {
            id: 'by-sixteen',
            when: 'out.channels % 16 != 0',
            select: { kind: 'conv2d' },
            message: '{out.channels}',
            severity: 'info',
          },
        ],
      },
    });
    await save('a/b/c.json', design());
    expect(await lint('a/b/c.json')).toEqual(['vgg-conv-3x3 error', 'by-sixteen info']);
    expect(await lint('a/b/c.json', '--no-config')).toEqual([]);
    expect(await lint('a/b/c.json', '--rule', 'vgg-conv-3x3=off')).toEqual(['by-sixteen info']);
    expect(await lint('a/b/c.json', '--rule', 'by-sixteen: error')).toContain('by-sixteen error');
  });

  it('builds on others, and says other things of some files', async () => {
    await save('base.json', { lint: { rules: { 'vgg-conv-3x3': 'info' } }, maxWarnings: 5 });
    await save('node_modules/shared-rules/package.json', { name: 'shared-rules', main: 'config.json' });
    await save('node_modules/shared-rules/config.json', { lint: { preset: 'vgg' } });
    await save('netwright.config.json', {
      extends: ['shared-rules', './base.json'],
      overrides: [{ files: 'students/**/*.{json,onnx}', lint: { rules: { 'vgg-conv-3x3': 'error' } } }],
    });
    await save('teacher.json', design());
    await save('students/x/small.json', design());
    expect(await lint('teacher.json')).toEqual(['vgg-conv-3x3 info']);
    expect(await lint('students/x/small.json')).toEqual(['vgg-conv-3x3 error']);
    const printed = JSON.parse((await run('lint', 'teacher.json', '--print-config')).out);
    expect(printed).toMatchObject({ preset: 'vgg', rules: { 'vgg-conv-3x3': { severity: 'info' } } });
  });

  it('gives budgets and baselines, under those of the design', async () => {
    // 32·32·20·3·25 multiply-adds.
    await save('netwright.config.json', {
      budget: { macs: '2M' },
      overrides: [{ files: '*.small.json', budget: { macs: '+0%', baseline: 'designs/one.json' } }],
    });
    await save('designs/one.json', design());
    await save('designs/two.small.json', design({ ...wide, params: { ...wide.params, channels: 21 } }));
    await save('designs/own.json', { ...design(), budget: { macs: '1K' } });
    const code = async (file: string, ...args: readonly string[]) => (await run('check', file, ...args)).code;
    expect(await code('designs/one.json')).toBe(0);
    expect(await code('designs/one.json', '--macs', '1M')).toBe(1);
    expect(await code('designs/two.small.json')).toBe(1);
    expect(await code('designs/own.json')).toBe(1);
    expect(await code('designs/one.json', '--no-config')).toBe(2);
    // Lint holds designs to the same budgets.
    expect(await lint('designs/one.json')).toEqual([]);
    expect(await lint('designs/two.small.json')).toEqual(['over-budget error']);
    expect(await lint('designs/own.json')).toEqual(['over-budget error']);
    expect(await lint('designs/own.json', '--rule', 'over-budget=off')).toEqual([]);
    // Fixes are saved without it.
    expect(await run('lint', 'designs/own.json', '--fix')).toMatchObject({ code: 1 });
    expect(JSON.parse(await readFile('designs/own.json', 'utf8'))).toMatchObject({ budget: { macs: '1K' } });
  });

  it.each([
    [{ lnt: {} }, /unknown|no key.*Did you mean "lint"/],
    [{ lint: { presets: 'vgg' } }, /2:13|Did you mean "preset"/],
    [{ lint: { preset: 'vg' } }, /Did you mean "vgg"/],
    [{ lint: { rules: { 'vgg-conv': 'error' } } }, /Did you mean "vgg-conv-3x3"/],
    [{ lint: { own: [{ id: 'x', when: 'mac > 1', message: 'm' }] } }, /:6:\d+ .*Did you mean "macs"/s],
    [{ budget: { mac: 3 } }, /Did you mean "macs"/],
    [{ overrides: [{ lint: {} }] }, /"files"/],
    [{ extends: './netwright.config.json' }, /builds on itself/],
    [{ extends: './nothing.json' }, /nothing\.json/],
    [{ extends: 'no-such-package' }, /no such package/],
    ['{', /netwright\.config\.json:1:/],
    ['', /The file is empty\. A configuration starts as/],
    ['{} // none', /Comments are not part of JSON\. Leave it out/],
    ['['.repeat(1_000), /nests deeper, than a configuration needs/],
    [[], /object/],
  ])('that is broken (%j) is bad usage, whatever it is of', async (config, message) => {
    await save('netwright.config.json', config);
    await save('a.json', design());
    for (const command of ['lint', 'check']) {
      const { code, out, err } = await run(command, 'a.json');
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(message);
    }
  });

  it('is not looked for in a folder given as a design: how its files are named is said', async () => {
    const { code, err } = await run('lint', '.');
    expect(code).toBe(2);
    expect(err).toMatch(/it is a folder\. Name the files in it, such as "\.\/\*\*\/\*\.json"\./);
  });

  it('is what its schema says', async () => {
    const schema = JSON.parse((await run('schema', '--config')).out);
    const valid = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    const good = {
      $schema: 'x',
      extends: './a.json',
      maxWarnings: 3,
      lint: {
        preset: 'vgg',
        rules: { 'vgg-conv-3x3': 'off' },
        own: [{ id: 'a', when: 'true', message: 'm' }],
      },
      budget: { macs: '1G', baseline: 'zoo:vgg16' },
      overrides: [{ files: ['*.onnx'], budget: { params: 3 } }],
    };
    expect([valid(good), valid.errors]).toEqual([true, null]);
    for (const bad of [{ lnt: {} }, { budget: { baseline: {} } }, { overrides: [{}] }, { maxWarnings: -1 }])
      expect(valid(bad)).toBe(false);
    await save('netwright.config.json', { ...good, extends: [] });
    await save('a.json', design());
    expect((await run('lint', 'a.json')).code).toBe(0);
  });
});

it('--explain tells a rule, built in or own', async () => {
  await save('netwright.config.json', {
    lint: { own: [{ id: 'mine', when: 'macs > 7', message: 'too many' }] },
  });
  expect((await run('lint', '--explain', 'vgg-conv-3x3')).out).toContain('Simonyan');
  expect((await run('lint', '--explain', 'mine')).out).toContain('macs > 7');
  expect(await run('lint', '--explain', 'vgg-conv')).toMatchObject({ code: 2 });
});

describe('suppressions', () => {
  const config = { lint: { rules: { 'vgg-conv-3x3': 'error' } } };
  it('silence what is there today, and can only shrink', async () => {
    await save('netwright.config.json', config);
    await save('d/a.json', design());
    expect(await run('lint', 'd/*.json')).toMatchObject({ code: 1 });
    expect(await run('lint', 'd/*.json', '--suppress-all')).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile('netwright.suppressions.json', 'utf8'))).toEqual({
      'd/a.json': { 'vgg-conv-3x3': 1 },
    });
    expect(await run('lint', 'd/*.json')).toMatchObject({ code: 0 });
    // A new one, in a file of its own or beside the old one.
    await save('d/b.json', design());
    expect(await run('lint', 'd/*.json')).toMatchObject({ code: 1 });
    await rm('d/b.json');
    // Solved: it must go.
    await save('d/a.json', design({ ...wide, params: { channels: 20, kernel: 3, padding: 1 } }));
    expect(await run('lint', 'd/*.json')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--prune-suppressions'),
    });
    expect(await run('lint', 'd/*.json', '--prune-suppressions')).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile('netwright.suppressions.json', 'utf8'))).toEqual({});
  });
  it('that are broken are bad usage', async () => {
    await save('a.json', design());
    await save('netwright.suppressions.json', { 'a.json': { 'vgg-conv-3x3': 0 } });
    expect(await run('lint', 'a.json')).toMatchObject({ code: 2, out: '' });
  });
  it('on nodes are told where nothing needs them', async () => {
    await save('a.json', design({ ...wide, suppress: [{ rule: 'vgg-conv-3x3', reason: 'wanted' }] }));
    expect(await lint('a.json')).toEqual([]);
    expect(await lint('a.json', '--preset', 'vgg')).toEqual([]);
    await save('a.json', design({ ...wide, suppress: [{ rule: 'redundant-activation', reason: 'wanted' }] }));
    expect(await lint('a.json')).toEqual(['unused-suppression warning']);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltCommand, buildForTest } from './built-command.ts';

/** Two activations in a row, of which a rule says that one is enough. */
const twice = (name: string, first = 'relu') =>
  JSON.stringify({
    netwright: 3,
    name,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
      { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
      { id: 'first', kind: first, from: 'conv' },
      { id: 'second', kind: 'relu', from: 'first' },
      { id: 'output', kind: 'output', from: 'second' },
    ],
  });

let command: BuiltCommand;
const at = (name: string) => join(command.folder, name);

beforeAll(async () => {
  command = await buildForTest();
});
afterAll(() => command.remove());
beforeEach(async () => {
  await rm(at('designs'), { recursive: true, force: true });
  for (const kept of ['.netwright-cache.json', 'netwright.config.json']) await rm(at(kept), { force: true });
  await mkdir(at('designs'));
  await writeFile(at('designs/a.json'), twice('a'));
  await writeFile(at('designs/b.json'), twice('b', 'batchNorm'));
});

/** What the cache says of a file, changed: shown where it was used, and only there. */
async function tamper(file: string, change: (text: string) => string): Promise<void> {
  const cache = JSON.parse(await readFile(at('.netwright-cache.json'), 'utf8'));
  const name = Object.keys(cache.results).find((each) => each.endsWith(file))!;
  cache.results[name] = JSON.parse(change(JSON.stringify(cache.results[name])));
  await writeFile(at('.netwright-cache.json'), JSON.stringify(cache));
}

describe('--cache', () => {
  const lint = (...more: string[]) => command.here.run(['lint', 'designs/*.json', '--cache', ...more]);
  const mark = (text: string) => text.replaceAll('second', 'REMEMBERED');

  it('tells the same again, from what was kept', async () => {
    const first = await lint();
    expect(first.code).toBe(1);
    expect(first).toEqual(await command.run(['lint', 'designs/*.json']));
    expect(await lint()).toEqual(first);
    await tamper('a.json', mark);
    expect((await lint()).stdout).toContain('REMEMBERED');
  });

  it.each([
    ['the file', () => writeFile(at('designs/a.json'), twice('a').replace('32,32', '64,64')), []],
    ['a preset', async () => {}, ['--preset', 'vgg']],
    ['a severity', async () => {}, ['--rule', 'redundant-activation=error']],
    ['a shape', async () => {}, ['--shape', '3,48,48']],
    [
      'the configuration',
      () => writeFile(at('netwright.config.json'), '{"lint": {"rules": {"idle-layer": "error"}}}'),
      [],
    ],
  ] as const)('judges anew after a change of %s', async (_, change, more) => {
    await lint();
    await tamper('a.json', mark);
    await change();
    const { stdout } = await lint(...more);
    expect(stdout).not.toContain('REMEMBERED');
    expect(stdout).toContain('redundant-activation');
  });

  it.each([
    ['no JSON', () => '{"'],
    ['of another form', () => '{"program": 1, "results": []}'],
  ])('a damaged one, %s, is written anew', async (_, damage) => {
    const first = await lint();
    await writeFile(at('.netwright-cache.json'), damage());
    expect(await lint()).toEqual(first);
    await tamper('a.json', (text) => text.replaceAll('"message"', '"massage"'));
    expect(await lint()).toEqual(first);
  });

  it('keeps verdicts of budgets as well, each for its own limits', async () => {
    const check = (limit: string) =>
      command.run(['check', 'designs/*.json', '--cache', '--macs', limit, '--format', 'json']);
    const first = await check('1');
    expect(first.code).toBe(1);
    expect(await check('1')).toEqual(first);
    await tamper('a.json', (text) => text.replace('"a"', '"REMEMBERED"'));
    expect((await check('1')).stdout).toContain('REMEMBERED');
    const other = await check('1G');
    expect(other.code).toBe(0);
    expect(other.stdout).not.toContain('REMEMBERED');
  });
});

describe('--watch', () => {
  it.each([
    ['lint', [], 'redundant-activation'],
    ['check', ['--macs', '1'], 'OVER BUDGET'],
  ] as const)('%s tells again when a file changes, comes or breaks', async (name, more, expected) => {
    const child = spawn(process.execPath, [command.script, name, 'designs/*.json', '--watch', ...more], {
      cwd: command.folder,
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
    });
    const until = (of: 'out' | 'err', what: RegExp) =>
      expect.poll(() => said[of], { timeout: 150_000, interval: 50 }).toMatch(what);
    try {
      await until('err', /Watching 2 files; Ctrl\+C ends it\.\n$/);
      // The two streams come as they like.
      await until('out', new RegExp(expected));
      await writeFile(at('designs/c.json'), twice('c'));
      await until('out', /designs\/c\.json/);
      await until('err', /Watching 3 files; Ctrl\+C ends it\.\n$/);
      await writeFile(at('designs/c.json'), '{');
      await until('err', /designs\/c\.json:1:\d+/);
      said.out = '';
      await writeFile(at('designs/c.json'), twice('mended'));
      await until('out', /designs\/c\.json/);
      // A configuration that is broken, and mended by being taken away.
      await writeFile(at('netwright.config.json'), '{"lnt": {}}');
      await until(
        'err',
        /netwright\.config\.json:1:9 .*Did you mean "lint"\?[^\n]*\nWatching 3 files[^\n]*\n$/,
      );
      said.out = '';
      await rm(at('netwright.config.json'));
      await until('out', /designs\/c\.json/);
      // A folder that goes, and comes back.
      await rename(at('designs'), at('elsewhere'));
      await until('err', /designs\/\*\.json: fits no file\.\nWatching 0 files[^\n]*\n$/);
      said.out = '';
      await rename(at('elsewhere'), at('designs'));
      await until('out', /designs\/c\.json/);
    } finally {
      child.kill('SIGINT');
    }
    expect(await once(child, 'close')).toEqual([130, null]);
  });
});

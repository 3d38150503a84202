import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findApp } from '../../cli/places-of-app.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

describe('the command as a process', () => {
  let command: BuiltCommand;
  let script = '';
  beforeAll(async () => {
    command = await buildForTest();
    script = command.script;
  }, 120_000);
  afterAll(() => command.remove());

  const inShell = (line: string) =>
    spawnSync('bash', ['-c', line], {
      cwd: command.folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  const own = () => `"${process.execPath}" "${script}"`;

  it.skipIf(!existsSync('/dev/full'))(
    'that cannot write what it found says so in one line, and ends with 2',
    () => {
      const { status, stderr } = inShell(`${own()} summary zoo:lenet > /dev/full`);
      expect(stderr).toBe('netwright: standard output: cannot be written: the disk is full.\n');
      expect(status).toBe(2);
      expect(inShell(`${own()} summary nowhere.json 2> /dev/full`).status).toBe(2);
    },
  );

  it('writes all of it into a pipe before it ends, and is content with who reads no further', () => {
    const whole = inShell(`${own()} schema | cat`).stdout;
    expect(JSON.parse(whole)).toHaveProperty('$schema');
    expect(whole.length).toBeGreaterThan(65_536);
    const { stdout, stderr } = inShell(`${own()} schema | head -c 10; echo " \${PIPESTATUS[0]}"`);
    expect([stdout.slice(0, 1), stdout.trim().at(-1), stderr]).toEqual(['{', '0', '']);
  });

  it('that is interrupted ends with 130', async () => {
    const child = spawn(process.execPath, [script, 'summary', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])));
    // More than a pipe holds: once it is written the command is reading its input, and waits for the rest.
    await new Promise<void>((read) => child.stdin.write(' '.repeat(1 << 20), () => read()));
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });

  it.skipIf(process.platform === 'win32')(
    'that waits for who is at the other end of a pipe is ended',
    async () => {
      const pipe = join(command.folder, 'pipe');
      spawnSync('mkfifo', [pipe]);
      const child = spawn(process.execPath, [script, 'run', 'zoo:lenet', '--image', pipe], {
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])));
      // There is nobody to write for until the command is there; from then on it waits for what is never written.
      const writing = await vi.waitFor(
        () => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK),
        60_000,
      );
      child.kill('SIGINT');
      // A shell calls it 130 as well.
      expect(await ended).toEqual([null, 'SIGINT']);
      closeSync(writing);
    },
  );

  it('opens the app on a file, wherever it is called from', async () => {
    const app = join(command.folder, 'app.sh');
    writeFileSync(
      app,
      `#!/bin/sh\nprintf '%s\\n' "$@" > "${join(command.folder, 'given')}.part"\nmv "${join(command.folder, 'given')}.part" "${join(command.folder, 'given')}"\n`,
    );
    chmodSync(app, 0o755);
    writeFileSync(join(command.folder, 'my net.onnx'), 'model');
    const { status, stderr } = inShell(`NETWRIGHT_APP="${app}" ${own()} open "my net.onnx"`);
    expect([status, stderr]).toEqual([0, '']);
    const given = join(command.folder, 'given');
    await expect
      .poll(() => existsSync(given) && readFileSync(given, 'utf8'))
      .toBe(`${join(command.folder, 'my net.onnx')}\n`);
  });

  it.each([
    ['nowhere.json', 'netwright: nowhere.json: cannot be read: there is no such file or folder.\n'],
    [
      'notes.txt',
      'netwright: notes.txt: the app opens specs (.netwright.json), models (.onnx, .keras, .pt) and PyTorch programs (.py).\n',
    ],
  ])('says why the app does not open %s', (name, said) => {
    writeFileSync(join(command.folder, 'notes.txt'), '');
    const { status, stderr } = inShell(`NETWRIGHT_APP=true ${own()} open ${name}`);
    expect([status, stderr]).toEqual([2, said]);
  });

  it('says that a program that it was told of is not there', () => {
    const { status, stderr } = inShell(`NETWRIGHT_APP=/nowhere/app ${own()} open`);
    expect([status, stderr]).toEqual([2, 'netwright: /nowhere/app: there is no such file or folder.\n']);
  });

  it('finds the app of the sources that it was built from, and none where there is none', () => {
    const root = join(import.meta.dirname, '../..');
    if (!existsSync('/opt/Netwright/netwright')) {
      expect(findApp(root, 'linux', {})?.args).toEqual([join(root, 'build/start.mjs')]);
      expect(findApp('/nowhere', 'linux', {})).toBeUndefined();
    }
  });

  const hasPillow =
    spawnSync('/usr/bin/python3', ['-c', 'import PIL.features as f; assert f.check("webp")']).status === 0;
  it.skipIf(!hasPillow)(
    'sees in a WebP what it sees in the PNG of the same pixels (needs Python with Pillow)',
    async () => {
      const made = spawnSync(
        '/usr/bin/python3',
        [
          '-c',
          `
from PIL import Image
image = Image.new('RGB', (28, 28))
image.putdata([((x * 9) % 256, (y * 7) % 256, (x * y) % 256) for y in range(28) for x in range(28)])
image.save('a.png'); image.save('a.webp', lossless=True)`,
        ],
        { cwd: command.folder, encoding: 'utf8' },
      );
      expect(made.stderr).toBe('');
      const seen = (name: string) =>
        command.here.json([
          'run',
          'zoo:lenet',
          '--image',
          name,
          '--backend',
          'reference',
          '--format',
          'json',
        ]);
      const [png, webp] = [await seen('a.png'), await seen('a.webp')] as { readonly top?: unknown }[];
      expect(JSON.stringify(webp!.top)).toBe(JSON.stringify(png!.top));
      expect(png!.top).toBeDefined();
    },
  );
});

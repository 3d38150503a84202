import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../build/chromium.mjs';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'out/electron/main.cjs');
const hasApp = existsSync(main) && existsSync(join(root, 'out/renderer/index.html'));

declare global {
  interface Window {
    readonly netwright: Readonly<Record<string, (request?: unknown) => Promise<unknown>>>;
  }
}

describe.skipIf(!findChromium() || !hasApp)('the desktop app (needs Chromium and a build)', () => {
  let work = '';
  let desktop: Desktop;
  const lenet = writeSpec(zooEntry('lenet')!.build());

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'netwright-files-'));
    desktop = await launchDesktop({ main });
  });
  afterAll(async () => {
    await desktop.close();
    rmSync(work, { recursive: true, force: true });
  });

  const call = (name: string, request?: unknown): Promise<unknown> =>
    desktop.page.evaluate(
      async ([calledName, given]) => {
        try {
          return await window.netwright[calledName as string]!(given);
        } catch (error) {
          return { error: (error as Error).message };
        }
      },
      [name, request] as const,
    );

  it('keeps the page apart from Node and from the preload', async () => {
    const seen = await desktop.page.evaluate(() => ({
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      internals: [typeof Reflect.get(window, 'harnessPost'), typeof Reflect.get(window, 'ipcRenderer')],
      frozen: Object.isFrozen(window.netwright),
    }));
    expect(seen).toEqual({
      node: ['undefined', 'undefined'],
      internals: ['undefined', 'undefined'],
      frozen: true,
    });
    const { sandbox, contextIsolation, nodeIntegration } = desktop.window.options.webPreferences ?? {};
    expect({ sandbox, contextIsolation, nodeIntegration }).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    });
  });

  it('is cross-origin isolated under a policy without eval', async () => {
    const state = await desktop.page.evaluate(
      () =>
        // The debugger may evaluate what the page may not; a timer runs as the page.
        new Promise((resolve) =>
          setTimeout(() => {
            let evaluated = true;
            try {
              new Function('return 1')();
            } catch {
              evaluated = false;
            }
            resolve({ isolated: crossOriginIsolated, shared: typeof SharedArrayBuffer, evaluated });
          }),
        ),
    );
    expect(state).toEqual({ isolated: true, shared: 'function', evaluated: false });
  });

  it('opens a file that the user picked, and shows its name', async () => {
    const path = join(work, 'digits.netwright.json');
    writeFileSync(path, lenet);
    desktop.answers.open.push(path);
    desktop.clickMenu('open');
    await expect.poll(() => desktop.window.title, { timeout: 15_000 }).toContain('digits.netwright.json');
    const recent = (await call('recentFiles')) as readonly { readonly name: string }[];
    expect(recent.map(({ name }) => name)).toContain('digits.netwright.json');
  });

  it('saves whole files, through links, by grants only', async () => {
    const path = join(work, 'linked.json');
    const link = join(work, 'link.json');
    writeFileSync(path, 'old');
    symlinkSync(path, link);
    desktop.answers.open.push(link);
    const opened = (await call('openFile', { kind: 'design' })) as { readonly grant: string };
    const saved = await desktop.page.evaluate(
      (grant) => window.netwright.saveFile!({ grant, bytes: new TextEncoder().encode('new') }),
      opened.grant,
    );
    expect(saved).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(
      await desktop.page.evaluate(() =>
        window.netwright.saveFile!({ grant: 'made-up', bytes: new Uint8Array(1) }).catch(
          (error: Error) => error.message,
        ),
      ),
    ).toMatch(/right to write/);
  });

  it.each([
    ['openFile', { kind: 'password' }, /one of design, image, weights/],
    ['openFile', {}, /request\.kind/],
    ['saveFile', { grant: 'x', bytes: 'text' }, /request\.bytes/],
    ['setDocument', { name: 'a', dirty: 1 }, /true or false/],
    ['setDocument', { name: 'a', dirty: true, path: '/etc/passwd' }, /no member "path"/],
    ['recentFiles', { all: true }, /left out/],
    ['openRecent', { id: 'x'.repeat(1000) }, /128/],
  ])('refuses wrong arguments to %s', async (name, request, message) => {
    expect(await call(name, request)).toEqual({ error: expect.stringMatching(message) });
  });

  it.each(['https://example.com/', 'file:///etc/passwd', 'app://other/index.html'])(
    'answers nobody but its own page: %s',
    async (frame) => {
      await expect(desktop.invokeFrom(frame, 'netwright:recentFiles', undefined)).rejects.toThrow(
        /may not call/,
      );
    },
  );

  it('tells of changes by other programs, and not of its own saves', async () => {
    const path = join(work, 'watched.json');
    writeFileSync(path, lenet);
    desktop.answers.open.push(path);
    const { grant } = (await call('openFile', { kind: 'design' })) as { readonly grant: string };
    await desktop.page.evaluate(() => {
      const told: string[] = [];
      Reflect.set(window, 'told', told);
      const on = window.netwright.on as unknown as (
        event: string,
        listener: (change: { grant: string }) => void,
      ) => void;
      on('fileChanged', (change) => told.push(change.grant));
    });
    const told = () => desktop.page.evaluate(() => Reflect.get(window, 'told') as string[]);
    await call('saveFile', undefined);
    writeFileSync(path, `${lenet}\n`);
    await expect.poll(told, { timeout: 5000 }).toEqual([grant]);
  });

  it('opens files given to a second start', async () => {
    const path = join(work, 'second.netwright.json');
    writeFileSync(path, lenet);
    desktop.secondInstance(['netwright', path]);
    await expect.poll(() => desktop.window.title, { timeout: 15_000 }).toContain('second.netwright.json');
  });

  it('keeps a journal for after a crash', async () => {
    await call('writeJournal', { text: 'work in progress' });
    expect(await call('readJournal')).toBe('work in progress');
    await call('clearJournal');
    expect(await call('readJournal')).toBeNull();
  });

  it('asks the page before it closes, and closes when the page agrees', async () => {
    const other = await launchDesktop({ main });
    try {
      other.window.close();
      await expect.poll(() => other.window.destroyed, { timeout: 5000 }).toBe(true);
    } finally {
      await other.close();
    }
  });
});

describe('atomic saves', () => {
  it('leave the old file or the new one, whenever the program is killed', async () => {
    const work = mkdtempSync(join(tmpdir(), 'netwright-kill-'));
    const script = join(work, 'save.cjs');
    await build({
      stdin: {
        contents: `
          import { writeAtomically } from './electron/main/atomic-write.ts';
          const [, , path, letter] = process.argv;
          const bytes = Buffer.alloc(4 << 20, letter);
          const again = () => writeAtomically(path, bytes).then(again);
          process.stdout.write('ready');
          again();`,
        resolveDir: root,
      },
      bundle: true,
      platform: 'node',
      outfile: script,
    });
    const path = join(work, 'file');
    writeFileSync(path, Buffer.alloc(4 << 20, 'a'));
    for (let i = 0; i < 12; i++) {
      const letter = i % 2 === 0 ? 'b' : 'a';
      const child = spawn(process.execPath, [script, path, letter], { stdio: ['ignore', 'pipe', 'ignore'] });
      await new Promise((ready) => child.stdout.once('data', ready));
      await new Promise((later) => setTimeout(later, 3 + i * 4));
      child.kill('SIGKILL');
      await new Promise((gone) => child.once('close', gone));
      const bytes = readFileSync(path);
      expect(bytes.length).toBe(4 << 20);
      expect(new Set(bytes).size).toBe(1);
    }
    rmSync(work, { recursive: true, force: true });
  });
});

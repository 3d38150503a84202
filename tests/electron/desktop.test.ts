import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { canLaunch, main, PATIENCE, root } from './harness/built.ts';
import { clickAway, type Desktop, launchDesktop } from './harness/launch.ts';

describe.skipIf(!canLaunch)('the desktop app (needs Chromium and a build)', () => {
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
    await desktop.clickMenu('open');
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('digits.netwright.json');
    // The list is written beside the file, and may be a moment behind the title.
    await expect
      .poll(() => call('recentFiles'), PATIENCE)
      .toEqual(expect.arrayContaining([expect.objectContaining({ name: 'digits.netwright.json' })]));
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
    const saved = await desktop.page.evaluate(
      (right) => window.netwright.saveFile!({ grant: right, bytes: new TextEncoder().encode('{}') }),
      grant,
    );
    expect(saved).toBeUndefined();
    // Longer than a change takes to settle: had our own save been told of, it would be here by now.
    await new Promise((later) => setTimeout(later, 600));
    expect(await told()).toEqual([]);
    // As editors save: a new file under the old name, after ours has replaced the first.
    writeFileSync(join(work, 'elsewhere'), `${lenet}\n`);
    renameSync(join(work, 'elsewhere'), path);
    await expect.poll(told, PATIENCE).toEqual([grant]);
    writeFileSync(path, 'again');
    await expect.poll(told, PATIENCE).toEqual([grant, grant]);
  });

  it('gives no right to write what is only looked at', async () => {
    const path = join(work, 'cat.png');
    writeFileSync(path, 'picture');
    desktop.answers.open.push(path);
    expect(await call('openFile', { kind: 'image' })).toMatchObject({ grant: '', name: 'cat.png' });
    const model = join(work, 'model.onnx');
    writeFileSync(model, 'model');
    desktop.answers.open.push(model);
    expect(await call('openFile', { kind: 'design' })).toMatchObject({ grant: '', name: 'model.onnx' });
  });

  it('keeps the mode of a file, and leaves nothing beside it', async () => {
    const folder = join(work, 'mode');
    mkdirSync(folder);
    const path = join(folder, 'secret.json');
    writeFileSync(path, lenet, { mode: 0o600 });
    desktop.answers.open.push(path);
    const { grant } = (await call('openFile', { kind: 'design' })) as { readonly grant: string };
    await desktop.page.evaluate(
      (right) => window.netwright.saveFile!({ grant: right, bytes: new Uint8Array([123, 125]) }),
      grant,
    );
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secret.json']);
  });

  it('gives the camera to its own page, and nothing else to anybody', () => {
    const own = 'app://netwright/index.html';
    expect(desktop.permits(own, 'media', ['video'])).toBe(true);
    expect(desktop.permits(own, 'media', ['audio'])).toBe(false);
    expect(desktop.permits('https://example.com/', 'media', ['video'])).toBe(false);
    for (const permission of ['geolocation', 'notifications', 'midi', 'openExternal', 'usb']) {
      expect(desktop.permits(own, permission), permission).toBe(false);
      expect(desktop.checks('app://netwright', permission), permission).toBe(false);
    }
    // Chromium gives origins with a slash at their end, or without one.
    expect(desktop.checks('app://netwright', 'media', 'video')).toBe(true);
    expect(desktop.checks('app://netwright/', 'media', 'video')).toBe(true);
    expect(desktop.checks('app://netwright', 'media', 'audio')).toBe(false);
    expect(desktop.checks('https://example.com', 'media', 'video')).toBe(false);
  });

  it('goes nowhere and opens no windows', () => {
    let prevented = false;
    const event = { preventDefault: () => (prevented = true) };
    desktop.window.webContents.emit('will-navigate', event, 'https://example.com/');
    expect(prevented).toBe(true);
    expect(desktop.window.webContents.openHandler({ url: 'https://example.com/' })).toEqual({
      action: 'deny',
    });
  });

  it('opens files given to a second start', async () => {
    const path = join(work, 'second.netwright.json');
    writeFileSync(path, lenet);
    desktop.secondInstance(['netwright', path]);
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('second.netwright.json');
  });

  it('closes at once when nothing would be lost', async () => {
    const other = await launchDesktop({ main });
    try {
      other.window.close();
      await expect.poll(() => other.window.destroyed, PATIENCE).toBe(true);
    } finally {
      await other.close();
    }
  });

  it('asks before unsaved changes are lost, saves them, and closes then', async () => {
    const path = join(work, 'edited.netwright.json');
    writeFileSync(path, lenet);
    const other = await launchDesktop({ main, args: ['netwright', path] });
    try {
      const { page, window } = other;
      await expect.poll(() => window.title, PATIENCE).toBe('edited.netwright.json — Netwright');
      await other.clickMenu('selectAll');
      await other.clickMenu('delete');
      await expect.poll(() => window.title, PATIENCE).toBe('• edited.netwright.json — Netwright');
      expect(window.edited).toBe(true);

      window.close();
      const dialog = page.getByRole('alertdialog');
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(window.destroyed).toBe(false);
      expect(readFileSync(path, 'utf8')).toBe(lenet);

      window.close();
      await clickAway(window, dialog.locator('[data-choice=save]'));
      expect(readFileSync(path, 'utf8').length).toBeLessThan(lenet.length);
    } finally {
      await other.close();
    }
  });

  it('saves under another name by its menu, and lists it as recent', async () => {
    const path = join(work, 'first.netwright.json');
    const copy = join(work, 'copy.netwright.json');
    writeFileSync(path, lenet);
    const other = await launchDesktop({ main, args: ['netwright', path] });
    try {
      await expect.poll(() => other.window.title, PATIENCE).toContain('first.netwright.json');
      other.answers.save.push(copy);
      await other.clickMenu('saveAs');
      await expect.poll(() => other.window.title, PATIENCE).toBe('copy.netwright.json — Netwright');
      await expect
        .poll(() => other.page.evaluate(() => window.netwright.recentFiles!()), PATIENCE)
        .toMatchObject([{ name: 'copy.netwright.json' }, { name: 'first.netwright.json' }]);
      expect(JSON.parse(readFileSync(copy, 'utf8')).nodes).toEqual(JSON.parse(lenet).nodes);
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
          import { writeWhole } from './shared/disk/write.ts';
          const [, , path, letter] = process.argv;
          const bytes = Buffer.alloc(4 << 20, letter);
          const again = () => writeWhole(path, bytes).then(again);
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

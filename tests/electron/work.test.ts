import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { runWithNoise } from '../e2e/runs.ts';
import { dataFile, outsideModel } from '../fuzz/external-model.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { clickAway, type Desktop, launchDesktop } from './harness/launch.ts';

const lenet = writeSpec(zooEntry('lenet')!.build());
const work = mkdtempSync(join(tmpdir(), 'netwright-work-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(!canLaunch)('work that is not saved (needs Chromium and a build)', () => {
  let made = 0;
  let userData = '';
  let path = '';
  let desktop: Desktop;
  afterEach(() => desktop.close());

  async function begin(): Promise<void> {
    const folder = join(work, String(made++));
    mkdirSync(folder);
    userData = join(folder, 'userData');
    path = join(folder, 'net.netwright.json');
    writeFileSync(path, lenet);
    desktop = await launchDesktop({ main, userData, args: ['netwright', path] });
    await titled('net.netwright.json — Netwright');
  }
  const titled = (title: string) => expect.poll(() => desktop.window.title, PATIENCE).toBe(title);
  const folder = (): string => join(userData, 'journals');
  /** Those that hold work: more than what a document was when it was opened or saved. */
  const journals = (): readonly string[] =>
    existsSync(folder())
      ? readdirSync(folder()).filter((name) => name.endsWith('.journal') && isWork(name))
      : [];
  function isWork(name: string): boolean {
    const whole = readFileSync(join(folder(), name), 'utf8');
    const at = whole.indexOf('\n') + 1;
    const { clean } = whole.startsWith('{"name"') ? JSON.parse(whole.slice(0, at)) : {};
    return clean === undefined || Buffer.byteLength(whole.slice(at)) > clean;
  }
  const text = (): string =>
    journals()
      .map((name) => readFileSync(join(folder(), name), 'utf8'))
      .join('');
  const question = () => desktop.page.getByTestId('question');

  async function empty(): Promise<void> {
    await desktop.clickMenu('selectAll');
    await desktop.clickMenu('delete');
    await titled('• net.netwright.json — Netwright');
  }
  /** As a kill: nothing is asked, nothing is waited for. */
  async function again(...args: readonly string[]): Promise<void> {
    await desktop.close();
    desktop = await launchDesktop({ main, userData, args: ['netwright', ...args] });
  }

  it('is on the disk as it is drawn, and comes back with its file and what can be undone', async () => {
    await begin();
    await empty();
    // The first edit is a line behind what was written when the file was opened.
    await expect.poll(text, PATIENCE).toContain('"edit":"Delete"');
    await desktop.clickMenu('undo');
    await expect.poll(() => text() === '' || text().includes('"undo"'), PATIENCE).toBe(true);
    await desktop.clickMenu('redo');
    await titled('• net.netwright.json — Netwright');

    await again();
    await question().getByText('net.netwright.json').waitFor();
    // Escape keeps it, and an edit of another design does not overwrite it.
    await desktop.page.keyboard.press('Escape');
    await question().waitFor({ state: 'detached' });
    expect(journals().length).toBe(1);
    await again();
    await question().locator('[data-choice=restore]').click();
    await titled('• net.netwright.json — Netwright');
    expect(await desktop.page.locator('.react-flow__node').count()).toBe(0);
    // Its file, and what can be undone.
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    expect(JSON.parse(readFileSync(path, 'utf8')).nodes).toEqual([]);
    await expect.poll(journals, PATIENCE).toEqual([]);
    await desktop.clickMenu('undo');
    await desktop.page.getByTestId('node-conv1').waitFor();
  });

  it('of another document does not take its place', async () => {
    await begin();
    await empty();
    await expect.poll(() => journals().length, PATIENCE).toBe(1);
    await again(path);
    await question().waitFor();
    await desktop.page.keyboard.press('Escape');
    await titled('net.netwright.json — Netwright');
    await empty();
    await expect.poll(() => journals().length, PATIENCE).toBe(2);
  });

  it('that is not to be saved is offered no more, however the program ends', async () => {
    await begin();
    await empty();
    await expect.poll(() => journals().length, PATIENCE).toBe(1);
    desktop.window.close();
    await clickAway(desktop.window, question().locator('[data-choice=discard]'));
    expect(journals()).toEqual([]);
  });

  it('may be kept when the window is closed', async () => {
    await begin();
    await empty();
    desktop.window.close();
    await clickAway(desktop.window, question().locator('[data-choice=keep]'));
    expect(journals().length).toBe(1);
    await again();
    await question().locator('[data-choice=restore]').click();
    await titled('• net.netwright.json — Netwright');
    await desktop.clickMenu('keepOnClose');
    desktop.window.close();
    await expect.poll(() => desktop.window.destroyed, PATIENCE).toBe(true);
    expect(journals().length).toBe(1);
  });

  it.each([
    ['unreadable', '{"name":"net"}\nno journal\n', 'it cannot be read'],
    ['newer', '{"name":"net"}\n{"version":9,"spec":"later"}\n', 'a newer version'],
  ])('that is %s is set aside and told, never deleted', async (_, content, told) => {
    await begin();
    mkdirSync(folder(), { recursive: true });
    const name = '00000000-0000-4000-8000-000000000000.journal';
    writeFileSync(join(folder(), name), content);
    await again();
    await desktop.page.getByTestId('notice').getByText(told).waitFor();
    expect(readFileSync(join(folder(), 'set-aside', name), 'utf8')).toBe(content);
    expect(journals()).toEqual([]);
  });

  it('leaves nothing behind where nothing was drawn', async () => {
    await begin();
    await expect.poll(() => readdirSync(folder()).length, PATIENCE).toBe(1);
    desktop.window.close();
    await expect.poll(() => desktop.window.destroyed, PATIENCE).toBe(true);
    expect(readdirSync(folder())).toEqual([]);
  });

  it('knows its own save that ended with the program, and offers only what was drawn behind it', async () => {
    await begin();
    await empty();
    await expect.poll(() => journals().length, PATIENCE).toBe(1);
    const name = journals()[0]!;
    const kept = text();
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    await expect.poll(journals, PATIENCE).toEqual([]);
    await desktop.close();
    // As it lies there when the program ends between the renaming and all that comes after it.
    const content = createHash('sha256').update(readFileSync(path)).digest('hex');
    const saving = `${JSON.stringify({ saving: content })}\n`;
    writeFileSync(join(folder(), name), kept + saving);
    desktop = await launchDesktop({ main, userData, args: ['netwright'] });
    await desktop.page.getByTestId('start').waitFor();
    await expect.poll(() => readdirSync(folder()), PATIENCE).toEqual([]);
    await desktop.close();

    const line = `${JSON.stringify({ edit: 'Name', patches: [{ op: 'replace', path: ['name'], value: 'Later' }] })}\n`;
    writeFileSync(join(folder(), name), kept + saving + line);
    desktop = await launchDesktop({ main, userData, args: ['netwright'] });
    await question().locator('[data-choice=restore]').click();
    await titled('• net.netwright.json — Netwright');
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    expect(await desktop.page.getByTestId('conflict').count()).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ name: 'Later', nodes: [] });
  });

  it('on a model comes back with its weights, whatever was renamed', async () => {
    await begin();
    const model = join(userData, '..', 'small.onnx');
    writeFileSync(model, outsideModel('small.data'));
    writeFileSync(join(userData, '..', 'small.data'), dataFile);
    await again(model);
    const cover = () => desktop.page.getByTestId('weights-cover').textContent();
    await desktop.page.getByTestId('node-c').waitFor();
    const before = await runWithNoise(desktop.page);
    await desktop.page.getByTestId('node-c').click();
    await desktop.page.keyboard.type('renamed');
    await desktop.page.keyboard.press('Enter');
    await desktop.page.getByTestId('node-renamed').waitFor();
    await expect.poll(() => journals().length, PATIENCE).toBe(1);
    await again();
    await question().locator('[data-choice=restore]').click();
    await desktop.page.getByTestId('node-renamed').waitFor();
    expect(await runWithNoise(desktop.page)).toBe(before);
    await expect.poll(cover, PATIENCE).toBe('all 1 loaded');
  });

  it('knows that its file was changed meanwhile', async () => {
    await begin();
    await empty();
    await expect.poll(() => journals().length, PATIENCE).toBe(1);
    const theirs = writeSpec(zooEntry('alexnet')!.build());
    await desktop.close();
    writeFileSync(path, theirs);
    utimesSync(path, 1, 1);
    desktop = await launchDesktop({ main, userData });
    await question().locator('[data-choice=restore]').click();
    await desktop.page.getByTestId('conflict').waitFor();
    await desktop.clickMenu('save');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });
});

describe.skipIf(!canLaunch)('a window (needs Chromium and a build)', () => {
  let desktop: Desktop;
  afterEach(() => desktop.close());
  const file = (name: string): string => {
    const path = join(work, name);
    writeFileSync(path, lenet);
    return path;
  };

  it('closes though its page answers nothing', async () => {
    desktop = await launchDesktop({ main });
    await desktop.page.evaluate(() => {
      setTimeout(() => {
        // As a page that hangs.
        for (const until = Date.now() + 20_000; Date.now() < until; );
      });
    });
    desktop.window.close();
    expect(desktop.window.destroyed).toBe(false);
    await expect.poll(() => desktop.window.destroyed, PATIENCE).toBe(true);
  });

  it('hears again once its page was loaded anew', async () => {
    desktop = await launchDesktop({ main, args: ['netwright', file('deaf.netwright.json')] });
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('deaf.netwright.json');
    desktop.window.emit('unresponsive');
    await desktop.window.reload();
    await desktop.clickMenu('new');
    desktop.window.close();
    // It asks its page first, which closes it: it is not gone at once.
    expect(desktop.window.destroyed).toBe(false);
    await expect.poll(() => desktop.window.destroyed, PATIENCE).toBe(true);
  });

  it('offers to start without the file that ended it', async () => {
    desktop = await launchDesktop({ main, args: ['netwright', file('ends.netwright.json')] });
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('ends.netwright.json');
    const end = () => desktop.window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await desktop.window.reload();
    end();
    await desktop.page.getByText('Start again').waitFor();
    await desktop.page.getByText('Open without the last file').waitFor();
  });

  it('of its own has each of the files that are opened at once', async () => {
    const names = ['one.netwright.json', 'two.netwright.json', 'three.netwright.json'];
    desktop = await launchDesktop({ main, args: ['netwright', ...names.map(file)] });
    await expect
      .poll(
        () =>
          desktop
            .windows()
            .map(({ title }) => title)
            .sort(),
        PATIENCE,
      )
      .toEqual(names.map((name) => `${name} — Netwright`).sort());
  });

  it('says which file could not be read, and why', async () => {
    desktop = await launchDesktop({ main, args: ['netwright', join(work, 'absent.netwright.json')] });
    const notice = desktop.page.getByTestId('notice');
    await notice.getByText('There is no such file or folder.').waitFor();
    expect(await notice.textContent()).toContain('absent.netwright.json');
  });

  it('takes a file of a second start from where that was', async () => {
    desktop = await launchDesktop({ main });
    file('beside.netwright.json');
    desktop.secondInstance(['netwright', 'beside.netwright.json'], work);
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('beside.netwright.json');
  });

  it('opens and saves though the list of recent files cannot be kept', async () => {
    const userData = join(work, 'locked');
    // Nothing can be written where a folder is in the way.
    mkdirSync(join(userData, 'recent.json'), { recursive: true });
    desktop = await launchDesktop({ main, userData, args: ['netwright', file('open.netwright.json')] });
    await expect.poll(() => desktop.window.title, PATIENCE).toContain('open.netwright.json');
    expect(await desktop.page.getByTestId('notice').count()).toBe(0);
  });
});

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { clickAway, type Desktop, launchDesktop } from './harness/launch.ts';

const lenet = writeSpec(zooEntry('lenet')!.build());
const alexnet = writeSpec(zooEntry('alexnet')!.build());
const work = mkdtempSync(join(tmpdir(), 'netwright-saving-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(!canLaunch)('saving on the desktop (needs Chromium and a build)', () => {
  let desktop: Desktop;
  let path = '';
  let made = 0;
  afterEach(() => desktop.close());

  /** A design of a folder of its own, opened, of which everything is selected. */
  async function opened(): Promise<void> {
    const folder = join(work, String(made++));
    mkdirSync(folder);
    path = join(folder, 'net.netwright.json');
    writeFileSync(path, lenet);
    desktop = await launchDesktop({ main, args: ['netwright', path] });
    await titled('net.netwright.json — Netwright');
    await desktop.clickMenu('selectAll');
  }
  const titled = (title: string) => expect.poll(() => desktop.window.title, PATIENCE).toBe(title);
  const text = (): string => readFileSync(path, 'utf8');
  const isEmptied = (): boolean => JSON.parse(text()).nodes.length === 0;
  /** Waits until nothing has been written for a while. */
  async function atRest(): Promise<void> {
    for (let before = 0; before !== statSync(path).mtimeMs; ) {
      before = statSync(path).mtimeMs;
      await new Promise((later) => setTimeout(later, 1500));
    }
  }
  const bar = () => desktop.page.getByTestId('conflict');

  /** Chooses from the menu at once: the page sees for itself what can be done when it comes to it. */
  async function choose(...ids: readonly string[]): Promise<void> {
    const entries = await vi.waitUntil(() => {
      const all = desktop.menu().flatMap(({ submenu = [] }) => submenu);
      const found = ids.map((id) => all.find((item) => item.id === id));
      return found.every((entry) => entry !== undefined) ? found : undefined;
    }, PATIENCE);
    for (const entry of entries) entry.click?.();
  }
  async function emptied(): Promise<void> {
    await desktop.clickMenu('delete');
    await titled('• net.netwright.json — Netwright');
  }

  it('marks as saved what was written, not what was edited meanwhile', async () => {
    await opened();
    await choose('save', 'delete');
    await titled('• net.netwright.json — Netwright');
    // Long after the save has ended.
    await new Promise((later) => setTimeout(later, 300));
    expect(desktop.window.title).toMatch(/^• /);
    expect(isEmptied()).toBe(false);
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    expect(isEmptied()).toBe(true);
  });

  it('writes the last of two saves last', async () => {
    await opened();
    await choose('save', 'delete', 'save', 'undo', 'save', 'redo', 'save');
    // On the way there the file has been both, and a busy machine rests between two writes; what it is in the end counts.
    await expect.poll(isEmptied, PATIENCE).toBe(true);
    await atRest();
    await titled('net.netwright.json — Netwright');
    expect(isEmptied()).toBe(true);
  });

  it.each([
    ['in place', () => writeFileSync(path, alexnet)],
    [
      'by renaming',
      () => {
        writeFileSync(`${path}.new`, alexnet);
        renameSync(`${path}.new`, path);
      },
    ],
  ])('never writes unasked over what another program wrote %s', async (_, write) => {
    await opened();
    await emptied();
    write();
    // At once: no watcher has seen it yet.
    await choose('save');
    await bar().waitFor();
    expect(text()).toBe(alexnet);
    await choose('save');
    await new Promise((later) => setTimeout(later, 300));
    expect(text()).toBe(alexnet);

    await bar().locator('[data-answer=compare]').click();
    await desktop.page.getByTestId('compare').getByText('conv5').first().waitFor();
    // It stays until it is answered.
    await bar().locator('[data-answer=overwrite]').click();
    await titled('net.netwright.json — Netwright');
    expect(isEmptied()).toBe(true);
    expect(await bar().count()).toBe(0);
  });

  it('keeps both', async () => {
    await opened();
    await emptied();
    writeFileSync(path, alexnet);
    await bar().waitFor();
    const mine = join(path, '..', 'net-mine.netwright.json');
    desktop.answers.save.push(mine);
    await bar().locator('[data-answer=both]').click();
    await titled('net-mine.netwright.json — Netwright');
    expect(text()).toBe(alexnet);
    expect(JSON.parse(readFileSync(mine, 'utf8')).nodes).toEqual([]);
  });

  it('opens the other version', async () => {
    await opened();
    writeFileSync(path, alexnet);
    await bar().locator('[data-answer=theirs]').click();
    await desktop.page.getByTestId('node-conv5').waitFor();
    await titled('net.netwright.json — Netwright');
    expect(await bar().count()).toBe(0);
  });

  it('lets what was saved earlier be compared and restored, which can be undone', async () => {
    await opened();
    await emptied();
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    expect(isEmptied()).toBe(true);
    const versions = desktop.page.getByTestId('versions');
    // What the file held when it was opened is the oldest of them.
    await desktop.clickMenu('versions');
    await versions.locator('li').nth(1).locator('[data-act=compare]').click();
    await desktop.page.getByTestId('compare').getByText('conv1').first().waitFor();
    await desktop.clickMenu('versions');
    await versions.locator('li').nth(1).locator('[data-act=restore]').click();
    await desktop.page.getByTestId('node-conv1').waitFor();
    await titled('• net.netwright.json — Netwright');
    // The file holds it once it is saved; until then it is an edit like any other.
    expect(isEmptied()).toBe(true);
    await desktop.clickMenu('undo');
    await desktop.page.getByTestId('node-conv1').waitFor({ state: 'detached' });
    await titled('net.netwright.json — Netwright');
    await desktop.clickMenu('redo');
    await titled('• net.netwright.json — Netwright');
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    expect(JSON.parse(text()).nodes).toEqual(JSON.parse(lenet).nodes);
  });

  it('lets what was saved earlier be looked at beside the present, and opened as a copy', async () => {
    await opened();
    await emptied();
    await desktop.clickMenu('save');
    await titled('net.netwright.json — Netwright');
    const { page } = desktop;
    const versions = page.getByTestId('versions');
    await desktop.clickMenu('versions');
    await versions.locator('li').nth(1).locator('[data-act=look]').click();
    const other = page.getByTestId('other-canvas');
    await other.locator('[data-other=conv1]').waitFor();
    // To look changes nothing, neither here nor in the file.
    expect(await page.getByTestId('node-conv1').count()).toBe(0);
    await titled('net.netwright.json — Netwright');
    await other.getByRole('button').click();
    await other.waitFor({ state: 'detached' });
    await desktop.clickMenu('versions');
    await versions.locator('li').nth(1).locator('[data-act=copy]').click();
    await page.getByTestId('node-conv1').waitFor();
    await titled('LeNet — Netwright');
    expect(isEmptied()).toBe(true);
  });

  it('asks before it replaces a read-only file', async () => {
    await opened();
    chmodSync(path, 0o444);
    await emptied();
    await choose('save');
    const question = desktop.page.getByTestId('question');
    await question.getByText('is read-only').waitFor();
    expect(text()).toBe(lenet);
    await question.locator('[data-choice=replace]').click();
    await titled('net.netwright.json — Netwright');
    expect(isEmptied()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o444);
  });

  it('tells in words what could not be saved, in the closing question too', async () => {
    await opened();
    await emptied();
    rmSync(join(path, '..'), { recursive: true });
    await choose('save');
    const notice = desktop.page.getByTestId('notice');
    await notice.getByText('There is no such file or folder.').waitFor();

    desktop.window.close();
    const question = desktop.page.getByTestId('question');
    await question.locator('[data-choice=save]').click();
    await question.getByText('There is no such file or folder.').waitFor();
    expect(await question.textContent()).not.toContain('remote method');
    expect(desktop.window.destroyed).toBe(false);
    const elsewhere = join(work, 'elsewhere.netwright.json');
    desktop.answers.save.push(elsewhere);
    await clickAway(desktop.window, question.locator('[data-choice=elsewhere]'));
    expect(existsSync(elsewhere)).toBe(true);
  });
});

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, command, nodeOf, openApp, saved } from './app.ts';
import { openZoo } from './opening.ts';

/** Their folder, and two that are open before anything is written. */
const JOURNAL_FILES = 3;

/** What a page keeps, says of itself, and listens to. */
async function factsOf(page: Page): Promise<Awaited<ReturnType<typeof facts>>> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', {
    includeCommandLineAPI: true,
    awaitPromise: true,
    returnByValue: true,
    expression: `(${facts})(getEventListeners)`,
  });
  await session.detach();
  return result.value;
}

/** Runs in the page. */
async function facts(listenersOf: (target: EventTarget) => Record<string, readonly unknown[]>) {
  const files: string[] = [];
  const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [name, handle] of folder.entries()) {
      files.push(`${path}${name.replace(/^[\da-f-]{36}/, 'some')}`);
      if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
    }
  };
  await walk(await navigator.storage.getDirectory(), '');
  const { documentElement, body, title } = document;
  // React hears all of the body from its first dialog on, and only once.
  const heard = [window, document, documentElement].map((target) =>
    Object.entries(listenersOf(target))
      .map(([name, { length }]) => `${name} ${length}`)
      .sort(),
  );
  const { held = [] } = await navigator.locks.query();
  const kept = { ...localStorage, ...sessionStorage };
  const look = [documentElement.lang, documentElement.dataset.theme, body.style.cssText, body.className];
  const parts = [...body.children].map(({ id, tagName }) => `${tagName} ${id}`);
  return {
    files,
    heard,
    locks: held.length,
    kept,
    look,
    parts,
    title,
    url: location.href,
    leaves: window.onbeforeunload,
  };
}

describe.skipIf(!chromiumPath)('an app that is started where another has ended', () => {
  test('finds nothing of it: no file, choice, lock, listener or part of the page', async () => {
    const first = await openApp();
    const { page } = first;
    // The worker that keeps unsaved work makes its files a moment after the start.
    await expect.poll(async () => (await factsOf(page)).files.length).toBe(JOURNAL_FILES);
    const begun = await factsOf(page);
    await openZoo(first, 'lenet');
    await command(page, 'Save as …');
    await saved(page, 'LeNet.netwright.json');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await expect.poll(() => page.title()).toMatch(/^•/);
    await command(page, 'Settings …');
    await page.locator('[data-setting=theme]').selectOption('dark');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    await first.close();

    const second = await openApp();
    try {
      expect(second.page).toBe(page);
      await expect.poll(() => factsOf(page)).toEqual(begun);
      expect(await nodeOf(page, 'conv1').count()).toBe(0);
      expect(await page.getByTestId('question').count()).toBe(0);
      expect(second.complaints).toEqual([]);
    } finally {
      await second.close();
    }
  });

  test('has a page of its own where a function of the browser was exchanged, or the page loaded anew', async () => {
    const first = await openApp();
    await first.page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now();
    });
    await first.close();
    const second = await openApp();
    expect(second.page).not.toBe(first.page);
    await second.page.reload();
    await second.close();
    const third = await openApp();
    expect(third.page).not.toBe(second.page);
    await third.close();
  });
});

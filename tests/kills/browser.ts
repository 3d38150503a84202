import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath, SWITCHES } from '../chromium.ts';
import { scriptPickers } from '../e2e/app.ts';

/** A Chromium with a profile that outlives it, and the app in it. */
export interface Started {
  readonly page: Page;
  /** Ends all its processes at one moment, as the end of the machine's power does to programs. */
  kill(): Promise<void>;
}

const LONGEST_START_MS = 60_000;

/** Starts Chromium as users do, apart from Playwright, so that nobody tidies up behind it when it is killed. */
export async function startIn(profile: string, url: string): Promise<Started> {
  const told = join(profile, 'DevToolsActivePort');
  rmSync(told, { force: true });
  const own = ['--headless=new', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'];
  // In a group of its own, so that its helpers go with it.
  const child = spawn(chromiumPath!, [...SWITCHES, ...own], { stdio: 'ignore', detached: true });
  const gone = new Promise<void>((end) => child.once('close', () => end()));
  try {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await portIn(told, child)}`);
    return {
      page: await appIn(browser, url),
      async kill() {
        end(child);
        await gone;
        await browser.close().catch(() => undefined);
      },
    };
  } catch (error) {
    end(child);
    await gone;
    throw error;
  }
}

function end({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function portIn(file: string, child: ChildProcess): Promise<string> {
  for (const start = performance.now(); performance.now() - start < LONGEST_START_MS; ) {
    const [port, path] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (port && path) return port;
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode}.`);
    await new Promise((later) => setTimeout(later, 20));
  }
  throw new Error('Chromium did not start.');
}

async function appIn(browser: Browser, url: string): Promise<Page> {
  const [context] = browser.contexts();
  await context!.addInitScript(scriptPickers);
  await context!.addInitScript(tellWhatIsDrawn);
  const page = await context!.newPage();
  page.setDefaultTimeout(LONGEST_START_MS);
  await page.goto(url);
  await page.waitForSelector('[data-testid=start], [data-testid=question]');
  return page;
}

/**
 * Runs in the page, before the app: says how many layers are seen as soon as they are. It waits until that has been heard, so
 * that nobody is killed who has drawn more than is known.
 */
function tellWhatIsDrawn(): void {
  let last = '';
  const look = (): void => {
    const layers = document.querySelector('[data-testid=layers]')?.textContent ?? '';
    if (layers === last) return;
    last = layers;
    const request = new XMLHttpRequest();
    request.open('GET', `/drawn/${layers}`, false);
    request.send();
  };
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    }),
  );
}

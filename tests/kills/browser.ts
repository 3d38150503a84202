import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findHeadlessShell } from '../../build/chromium.mjs';
import { chromiumPath, SWITCHES } from '../chromium.ts';
import { scriptPickers } from '../e2e/app.ts';

/** A Chromium with a profile that outlives it. */
interface Running {
  readonly process: ChildProcess;
  /** Ends all its processes at one moment, as the end of the machine's power does to programs. */
  kill(): Promise<void>;
}

/** The app in it: a window for each of its addresses. */
export interface Started {
  readonly pages: readonly Page[];
  kill(): Promise<void>;
}

/** Behind others' work on a busy machine a start takes minutes, and is still one. */
const LONGEST_START_MS = 300_000;
/** A window that others hide draws on, as one that is seen. */
const AWAKE = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Starts Chromium as users do, apart from Playwright, so that nobody tidies up behind it when it is killed: without its windows'
 * furniture where there is such a one, which has no part in what is kept and takes a third of a start.
 */
export function startChromium(profile: string, url: string, switches: readonly string[] = []): Running {
  const own = ['--headless=new', `--user-data-dir=${profile}`, ...switches, url];
  // In a group of its own, so that its helpers go with it.
  const child = spawn(findHeadlessShell() ?? chromiumPath!, [...SWITCHES, ...AWAKE, ...own], {
    stdio: 'ignore',
    detached: true,
  });
  const gone = new Promise<void>((ended) => child.once('close', () => ended()));
  return {
    process: child,
    async kill() {
      end(child);
      await gone;
    },
  };
}

/** The same with the built app in a window for each address, which is driven from outside. */
export async function startIn(profile: string, urls: readonly string[]): Promise<Started> {
  const told = join(profile, 'DevToolsActivePort');
  rmSync(told, { force: true });
  const running = startChromium(profile, 'about:blank', ['--remote-debugging-port=0']);
  try {
    const port = await portIn(told, running.process);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    return {
      pages: await appsIn(browser, urls),
      async kill() {
        await running.kill();
        await browser.close().catch(() => undefined);
      },
    };
  } catch (error) {
    await running.kill();
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

async function appsIn(browser: Browser, urls: readonly string[]): Promise<readonly Page[]> {
  const [context] = browser.contexts();
  await context!.addInitScript(scriptPickers);
  await context!.addInitScript(tellWhatIsDrawn);
  const session = await browser.newBrowserCDPSession();
  const pages: Page[] = [];
  for (const _ of urls) {
    // A tab behind another is not drawn; a window is.
    const opened = context!.waitForEvent('page');
    await session.send('Target.createTarget', { url: 'about:blank', newWindow: true });
    pages.push(await opened);
  }
  await Promise.all(
    pages.map(async (page, nth) => {
      page.setDefaultTimeout(LONGEST_START_MS);
      await page.goto(urls[nth]!);
      await page.waitForSelector('[data-testid=start], [data-testid=question]');
    }),
  );
  return pages;
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

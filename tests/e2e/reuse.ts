import type { Browser, BrowserContext, Page } from 'playwright-core';

declare global {
  interface Window {
    /** What `renderer/main.tsx` gives. */
    readonly appHere: { end(): void; start(): Promise<void> };
  }
}

/** Libraries say there that they are loaded. */
const KNOWN = ['__THREE__'];

/** A page of the built app, with what it is served by. */
export interface AppPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whom its complaints are told. */
  complaints: string[];
  /** Whether it is still the document that was opened first. */
  isSame: boolean;
  readonly shut: () => Promise<void>;
}

/** Pages whose app has ended and left nothing: another can be started there, in a sixth of the time that a new page takes. */
const spare: AppPage[] = [];
const MOST_SPARE = 2;

/** One of this browser's that can be had at once. */
export function spareOne(browser: Browser): AppPage | undefined {
  const at = spare.findIndex(({ context, page }) => context.browser() === browser && !page.isClosed());
  return at < 0 ? undefined : spare.splice(at, 1)[0];
}

/** Takes a page back, or closes it where it is not what it was: loaded anew, changed by its test, or with others beside it. */
export async function giveBack(one: AppPage): Promise<void> {
  const { page, context } = one;
  const isFit = one.isSame && !page.isClosed() && context.pages().length === 1 && spare.length < MOST_SPARE;
  if (isFit && (await isEmptied(page).catch(() => false))) spare.push(one);
  else await one.shut();
}

async function isEmptied(page: Page): Promise<boolean> {
  await page.unrouteAll();
  await page.mouse.move(-1, -1);
  return (await page.evaluate(endHere)) && (await page.evaluate(changesOf, KNOWN)).length === 0;
}

/** Runs in the page: ends its app, and clears all that was kept. False where something is left all the same. */
async function endHere(): Promise<boolean> {
  window.appHere.end();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '/');
  const pause = (): Promise<void> => new Promise((then) => setTimeout(then, 20));
  const own = await navigator.storage.getDirectory();
  const namesIn = async (): Promise<string[]> => {
    const names: string[] = [];
    for await (const name of own.keys()) names.push(name);
    return names;
  };
  // A worker that has just ended lets go of its files a moment later.
  for (let tries = 0; tries < 50; tries++) {
    for (const name of await namesIn())
      await own.removeEntry(name, { recursive: true }).catch(() => undefined);
    if ((await namesIn()).length === 0) break;
    await pause();
  }
  for (const { name } of await indexedDB.databases())
    await new Promise((then) => {
      const request = indexedDB.deleteDatabase(name!);
      request.onsuccess = then;
      request.onerror = then;
      request.onblocked = then;
    });
  const isBare = [...document.body.children].every(
    ({ id, tagName, childElementCount }) =>
      tagName === 'SCRIPT' || (id === 'root' && childElementCount === 0),
  );
  return isBare && (await namesIn()).length === 0 && (await indexedDB.databases()).length === 0;
}

/**
 * Runs in the page: what of all that the browser gives it is not as it was when this was asked first. Who changes a function
 * of the browser, or leaves something with the window, leaves no page to others.
 */
function changesOf(known: readonly string[]): string[] {
  const key = Symbol.for('what the browser gives');
  const found = new Map<unknown, ReadonlyMap<PropertyKey, unknown>>();
  const note = (owner: object): void => {
    const own = Object.entries(Object.getOwnPropertyDescriptors(owner));
    found.set(owner, new Map(own.map(([name, { value, get }]) => [name, get ?? value])));
  };
  const names = Object.getOwnPropertyNames(window).filter(
    (name) => !known.includes(name) && !/^\d+$/.test(name),
  );
  for (const name of names) {
    const given: unknown = Object.getOwnPropertyDescriptor(window, name)?.value;
    if (typeof given !== 'function') continue;
    note(given);
    if (given.prototype) note(given.prototype as object);
  }
  for (const one of [navigator, document, indexedDB, crypto, performance]) note(one);
  found.set(window, new Map(names.map((name) => [name, true])));
  const before = Reflect.get(window, key) as typeof found | undefined;
  if (!before) {
    Object.defineProperty(window, key, { value: found });
    return [];
  }
  const differs: string[] = [];
  for (const [owner, was] of before) {
    const is = found.get(owner) ?? new Map<PropertyKey, unknown>();
    for (const name of new Set([...was.keys(), ...is.keys()]))
      if (!(was.has(name) && is.has(name) && Object.is(was.get(name), is.get(name))))
        differs.push(String(name));
  }
  return differs;
}

/** Notes what the browser gives a page that was just opened. */
export const noteGiven = (page: Page): Promise<unknown> => page.evaluate(changesOf, KNOWN);

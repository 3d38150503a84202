import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packaging } from '../../build/packaging.mjs';
import { canLaunch, main, PATIENCE, root } from './harness/built.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** What ships, as it is built. */
const bundles = (): readonly string[] => [main, join(root, 'out/electron/preload.cjs')];
const sources = readdirSync(join(root, 'electron'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('electron', name)))
  .join('\n');

const OWN = 'app://netwright/index.html';

/** https://www.electronjs.org/docs/latest/tutorial/security, point by point, of the app as it is packaged. */
describe.skipIf(!canLaunch)("Electron's security checklist (needs Chromium and a build)", () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await launchDesktop({ main, packaged: true });
  });
  afterAll(() => desktop.close());
  const preferences = (): Readonly<Record<string, unknown>> => desktop.window.options.webPreferences ?? {};
  const policy = (): Promise<string> =>
    desktop.page.evaluate(
      async () => (await fetch(location.href)).headers.get('content-security-policy') ?? '',
    );
  const prevented = (event: string, ...details: readonly unknown[]): boolean => {
    let stopped = false;
    desktop.window.webContents.emit(
      event,
      { preventDefault: () => (stopped = true), ...Object(details[0]) },
      ...details,
    );
    return stopped;
  };

  it('1. only loads secure content', () => {
    expect(desktop.window.webContents.getURL()).toBe(OWN);
    for (const url of [
      'http://example.com/',
      'https://example.com/',
      'ws://example.com/',
      'ftp://a/',
      'file:///etc/passwd',
    ])
      expect(desktop.requests(url), url).toBe(false);
    for (const url of [OWN, 'blob:app://netwright/1', 'data:text/plain,1'])
      expect(desktop.requests(url), url).toBe(true);
  });

  it('2. gives no page Node', async () => {
    expect(preferences().nodeIntegration).toBe(false);
    expect(preferences().nodeIntegrationInWorker).toBeUndefined();
    expect(preferences().nodeIntegrationInSubFrames).toBeUndefined();
    const seen = await desktop.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global'].map((name) => typeof Reflect.get(window, name)),
    );
    expect(seen).toEqual(seen.map(() => 'undefined'));
  });

  it('3. isolates the preload from the page', async () => {
    expect(preferences().contextIsolation).toBe(true);
    expect(await desktop.page.evaluate(() => typeof Reflect.get(window, 'ipcRenderer'))).toBe('undefined');
  });

  it('4. runs pages in the sandbox', () => {
    expect(preferences().sandbox).toBe(true);
    expect(
      bundles()
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n'),
    ).not.toMatch(/['"](--)?no-sandbox['"]/);
  });

  it('5. answers requests for permissions itself', () => {
    expect(desktop.permits(OWN, 'clipboard-read')).toBe(true);
    for (const permission of [
      'geolocation',
      'notifications',
      'midi',
      'openExternal',
      'pointerLock',
      'hid',
      'serial',
      'usb',
    ])
      expect(desktop.permits(OWN, permission), permission).toBe(false);
    expect(desktop.permits('https://example.com/', 'clipboard-read')).toBe(false);
    expect(desktop.devices()).toBe(false);
    expect(desktop.screenFor()).toEqual({});
  });

  it('6. leaves webSecurity on', () => expect(preferences().webSecurity).not.toBe(false));

  it('7. has a content security policy without eval and without inline scripts or styles', async () => {
    const said = await policy();
    expect(said).toContain("default-src 'none'");
    expect(said).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    const refused = await desktop.page.evaluate(
      () =>
        new Promise((resolve) => {
          const told: string[] = [];
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
            told.push(effectiveDirective);
            if (told.length === 2) resolve(told.sort());
          });
          const style = document.createElement('style');
          style.textContent = 'body { display: none }';
          const script = document.createElement('script');
          script.textContent = 'window.pwned = true';
          document.head.append(style, script);
        }),
    );
    expect(refused).toEqual(['script-src-elem', 'style-src-elem']);
    expect(await desktop.page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('none');
  });

  it('8. allows no insecure content', () => expect(preferences().allowRunningInsecureContent).not.toBe(true));

  it('9. enables no experimental features', () => expect(preferences().experimentalFeatures).not.toBe(true));

  it('10. enables no Blink features', () => {
    expect(preferences().enableBlinkFeatures).toBeUndefined();
    expect(desktop.switches.join(' ')).not.toContain('enable-blink-features');
  });

  it('11. has no web views that could open windows', () => {
    expect(preferences().webviewTag).toBe(false);
    expect(sources).not.toMatch(/allowpopups/i);
  });

  it('12. attaches no web view, whatever its options', () =>
    expect(prevented('will-attach-webview', {}, {})).toBe(true));

  it('13. goes nowhere', () => {
    const elsewhere = ['https://example.com/', 'file:///etc/passwd', 'app://other/', 'javascript:alert(1)'];
    for (const url of elsewhere) expect(prevented('will-navigate', url), url).toBe(true);
    expect(prevented('will-redirect', 'https://example.com/')).toBe(true);
    expect(prevented('will-frame-navigate', { isMainFrame: false, url: OWN })).toBe(true);
  });

  it('14. opens no windows', () =>
    expect(desktop.window.webContents.openHandler({ url: OWN })).toEqual({ action: 'deny' }));

  it('15. hands no address to the system', () => expect(sources).not.toMatch(/openExternal|openPath/));

  it('16. is built with a current Electron, whose version is pinned', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Readonly<Record<string, string>>;
    };
    const { electronVersion } = packaging;
    expect(devDependencies.electron).toBe(electronVersion);
    // Electron mends its last three major versions; the Chromium that these tests run in is one of its time.
    expect(Number(electronVersion.split('.')[0])).toBeGreaterThanOrEqual(45);
  });

  it('17. answers only its own top frame', async () => {
    for (const frame of ['https://example.com/', 'file:///a', 'app://other/index.html', 'about:blank'])
      await expect(desktop.invokeFrom(frame, 'netwright:recentFiles', undefined)).rejects.toThrow(
        /may not call/,
      );
    expect(await desktop.invokeFrom(OWN, 'netwright:recentFiles', undefined)).toEqual([]);
  });

  it('18. uses a protocol of its own in the place of file://', () => {
    expect(sources).not.toMatch(/loadFile\(|loadURL\([^)]*file:/);
    expect(packaging).toMatchObject({
      electronFuses: { grantFileProtocolExtraPrivileges: false },
    });
  });

  it('19. turns off the fuses that it does not need', () =>
    expect(packaging).toMatchObject({
      asar: true,
      electronFuses: {
        runAsNode: false,
        enableCookieEncryption: true,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: true,
        onlyLoadAppFromAsar: true,
      },
    }));

  it('20. exposes no part of Electron to the page', async () => {
    const exposed = await desktop.page.evaluate(() => ({
      kinds: Object.entries(window.netwright).map(([name, member]) => [name, typeof member]),
      frozen: Object.isFrozen(window.netwright),
    }));
    expect(exposed.frozen).toBe(true);
    // Calls of the contract, and nothing that sends on a channel of the caller's choice.
    expect(exposed.kinds.filter(([, kind]) => kind !== 'function')).toEqual([['kind', 'string']]);
    for (const name of ['send', 'invoke', 'sendSync', 'postMessage', 'ipcRenderer'])
      expect(exposed.kinds.map(([known]) => known)).not.toContain(name);
  });

  it('is told, point by point, in the docs', () => {
    const points = read('docs/security.md').match(/^\| \d+ \|/gm);
    expect(points).toEqual(Array.from({ length: 20 }, (_, i) => `| ${i + 1} |`));
  });

  it('beyond it, lets neither WebRTC nor DNS speak, and downloads nothing', () => {
    expect(desktop.window.webContents.webRtcPolicy).toBe('disable_non_proxied_udp');
    expect(desktop.switches).toContain('force-webrtc-ip-handling-policy=disable_non_proxied_udp');
    expect(desktop.switches).toContain('dns-prefetch-disable');
    let stopped = false;
    desktop.sessionEvents.emit('will-download', { preventDefault: () => (stopped = true) });
    expect(stopped).toBe(true);
  });

  it('beyond it, answers a page that calls without an end only so often', async () => {
    const ask = () =>
      desktop.invokeFrom(OWN, 'netwright:recentFiles', undefined).then(
        () => 'answered',
        (error: Error) => error.message,
      );
    const answers = await Promise.all(Array.from({ length: 20_000 }, ask));
    expect([...new Set(answers)].sort()).toEqual(['Too many calls at once.', 'answered']);
    // It goes on as soon as the page is at rest.
    await expect.poll(ask, PATIENCE).toBe('answered');
  });

  it('beyond it, keeps developer tools to those who start it from its sources', async () => {
    expect(preferences().devTools).toBe(false);
    const open = await launchDesktop({ main });
    try {
      expect(open.window.options.webPreferences?.devTools).toBe(true);
    } finally {
      await open.close();
    }
  });
});

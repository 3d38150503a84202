import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Settings } from '../../electron/main/settings.ts';
import { type Updater, Updates } from '../../electron/main/updates.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { settingsIn } from '../../shared/host/settings.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

const work = mkdtempSync(join(tmpdir(), 'netwright-settings-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const lenet = writeSpec(zooEntry('lenet')!.build());

describe('the file of the settings', () => {
  it.each(['{ "theme": "light",', '["dark"]', 'theme'])('that holds %j is left as it is', async (half) => {
    const file = join(work, 'half.json');
    writeFileSync(file, half);
    const settings = new Settings(file);
    expect(settings.read()).toEqual({});
    await expect(settings.change({ theme: 'dark' })).rejects.toThrow();
    expect(readFileSync(file, 'utf8')).toBe(half);
    writeFileSync(file, '{"mine": 1}');
    await settings.change({ theme: 'dark' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mine: 1, theme: 'dark' });
  });
});

describe.skipIf(!canLaunch)('settings on the desktop (needs Chromium and a build)', () => {
  let desktop: Desktop;
  let made = 0;
  afterEach(() => desktop.close());
  const theme = () => desktop.page.evaluate(() => document.documentElement.dataset.theme);
  const page = () => desktop.page.getByTestId('settings');
  async function begin(content?: string, trial?: (isWide: boolean) => string): Promise<string> {
    const userData = join(work, String(made++));
    mkdirSync(userData);
    const file = join(userData, 'settings.json');
    if (content !== undefined) writeFileSync(file, content);
    desktop = await launchDesktop({ main, userData, ...(trial ? { trial } : {}) });
    return file;
  }

  it('leave the scale of texts to the system: the page follows it, within bounds', async () => {
    await begin();
    const zoom = () => desktop.page.evaluate(() => document.documentElement.style.zoom);
    const { cdp } = desktop.window.webContents;
    for (const [scale, zoomed] of [
      [1.5, '1.5'],
      [4, '2.25'],
      [1, '1'],
    ] as const) {
      await cdp?.send('Emulation.setEmulatedOSTextScale' as never, { scale } as never);
      await expect.poll(zoom, PATIENCE).toBe(zoomed);
    }
  });

  it('are chosen on their page, hold at once, and stand in a file', async () => {
    const file = await begin();
    await desktop.clickMenu('settings');
    await page().getByText(file).waitFor();
    await page().getByText('none: Netwright tells nobody anything').waitFor();
    await page().locator('[data-setting=theme]').selectOption('dark');
    await expect.poll(theme, PATIENCE).toBe('dark');
    await page().locator('[data-setting=units]').selectOption('decimal');
    await page().locator('[data-setting=convention]').selectOption('flops2');
    await page().locator('[data-setting=language]').selectOption('zh');
    await page().getByText('遥测').waitFor();
    const chosen = { theme: 'dark', units: 'decimal', convention: 'flops2', language: 'zh' };
    await expect.poll(() => JSON.parse(readFileSync(file, 'utf8')), PATIENCE).toEqual(chosen);
    await desktop.page.keyboard.press('Escape');
    await desktop.page.locator('[data-zoo=lenet]').click();
    // 431,080 parameters of four bytes.
    await expect
      .poll(() => desktop.page.getByTestId('gauge-memory').textContent(), PATIENCE)
      .toMatch(/ [kM]B/);
  });

  it('are read from the file when it is edited, and what is not understood there stays', async () => {
    const file = await begin('{ "theme": "dark", "mine": 1, "wheel": "sideways" }');
    await expect.poll(theme, PATIENCE).toBe('dark');
    writeFileSync(file, '{ "theme": "light", "mine": 1 }');
    await expect.poll(theme, PATIENCE).toBe('light');
    await desktop.clickMenu('settings');
    await page().locator('[data-setting=keepOnClose]').selectOption('yes');
    await expect
      .poll(() => JSON.parse(readFileSync(file, 'utf8')), PATIENCE)
      .toEqual({ theme: 'light', mine: 1, keepOnClose: 'yes' });
  });

  it('that cannot be read count for nothing', async () => {
    await begin('[[[');
    await desktop.page.getByTestId('start').waitFor();
    expect(await theme()).toBe('light');
  });

  /** Reports of trials in which wide vectors are so many times as fast. */
  const trialOf = (gain: number, sample: readonly number[]) => (isWide: boolean) =>
    JSON.stringify({
      variant: 'tall',
      milliseconds: isWide ? 4 / gain : 4,
      sample: isWide ? sample : [1, 2],
    });
  const wide = () => desktop.switches.filter((name) => name.startsWith('js-flags'));

  it('offer wide vectors once they were measured to pay, and use them from the next start', async () => {
    const file = await begin(undefined, trialOf(1.9, [1, 2]));
    expect(wide()).toEqual([]);
    await desktop.clickMenu('settings');
    await page().getByRole('button', { name: 'Measure whether they pay here' }).click();
    await page().getByText('1.90 times as fast here, with equal results').waitFor();
    await page().locator('[data-setting=wideVectors]').selectOption('yes');
    await expect.poll(() => JSON.parse(readFileSync(file, 'utf8')), PATIENCE).toEqual({ wideVectors: 'yes' });
    expect(desktop.errors).toEqual([]);
    await desktop.close();
    desktop = await launchDesktop({ main, userData: dirname(file), trial: () => 'is not asked again' });
    expect(wide()).toEqual(['js-flags=--wasm-revectorize']);
    await desktop.clickMenu('settings');
    await page().getByText('1.90 times as fast here').waitFor();
  });

  it.each([
    ['slow', trialOf(1.1, [1, 2]), 'Not offered: 1.10 times as fast here'],
    ['wrong', trialOf(2, [1, 2.1]), 'Not offered: results differ here'],
    ['not to be tried', () => 'Illegal instruction', 'Not offered: they could not be tried here'],
  ])('do not offer wide vectors that are %s, nor use them where the file says so', async (_, trial, said) => {
    const file = await begin('{ "wideVectors": "yes" }', trial);
    await desktop.clickMenu('settings');
    const measure = page().getByRole('button', { name: 'Measure whether they pay here' });
    await measure.or(page().getByText(said)).waitFor();
    // Measured at the start already, or when it is asked for.
    if (await measure.isVisible()) await measure.click();
    await page().getByText(said).waitFor();
    await desktop.close();
    desktop = await launchDesktop({ main, userData: dirname(file), trial });
    expect(wide()).toEqual([]);
  });

  it('say that updates are off where there is no place to look for them', async () => {
    await begin();
    await desktop.clickMenu('lookForUpdates');
    await desktop.page.getByTestId('notice').getByText('Updates are off').waitFor();
  });
});

describe.skipIf(!canLaunch)('at home on the desktop (needs Chromium and a build)', () => {
  let desktop: Desktop;
  afterEach(() => desktop.close());
  const file = (name: string): string => {
    const path = join(work, name);
    writeFileSync(path, lenet);
    return path;
  };
  const titled = (title: string) => expect.poll(() => desktop.window.title, PATIENCE).toBe(title);

  it('the whole path is with the title, and the file is shown in its folder', async () => {
    const path = file('shown.netwright.json');
    desktop = await launchDesktop({ main, args: ['netwright', path] });
    await titled('shown.netwright.json — Netwright');
    expect(desktop.window.represented).toBe(path);
    await desktop.clickMenu('reveal');
    await expect.poll(() => desktop.revealed, PATIENCE).toEqual([path]);
  });

  it('files come as addresses, too, as file managers give them', async () => {
    const path = file('with space.netwright.json');
    desktop = await launchDesktop({ main, args: ['open', `file://${path.replace(' ', '%20')}`] });
    await titled('with space.netwright.json — Netwright');
  });

  it.each(['file://another-machine/net.onnx', 'file:///%2e%2e%2fnet.onnx', 'file:///%zz.onnx'])(
    'an address that is no path here is told, and the window is there: %s',
    async (address) => {
      desktop = await launchDesktop({ main, args: ['open', address] });
      await desktop.page.getByTestId('notice').getByText('could not be opened').waitFor();
      await desktop.page.getByTestId('start').waitFor();
    },
  );

  it.each([
    '{"documents":[null],"last":null}',
    '{"documents":{},"last":[]}',
    '{"documents":[["x"]],"last":{"x":1e300,"y":0.5,"width":-3,"height":1e9}}',
    '[[',
    'null',
  ])('a window is opened whatever stands where the last one was kept: %s', async (content) => {
    const userData = mkdtempSync(join(work, 'window-'));
    writeFileSync(join(userData, 'window.json'), content);
    const path = file('kept.netwright.json');
    desktop = await launchDesktop({ main, userData, args: ['netwright', path] });
    await titled('kept.netwright.json — Netwright');
    expect(desktop.window.options).toMatchObject({ width: 1440, height: 900 });
  });

  it('windows are opened one beside the other', async () => {
    const userData = join(work, 'beside');
    mkdirSync(userData);
    writeFileSync(join(userData, 'window.json'), '{"last":{"x":10,"y":20,"width":1000,"height":700}}');
    desktop = await launchDesktop({ main, userData });
    await desktop.clickMenu('newWindow');
    await expect.poll(() => desktop.windows().length, PATIENCE).toBe(2);
    const [first, second] = desktop.windows();
    expect(first!.options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
    expect(second!.options).toMatchObject({ x: 38, y: 48, width: 1000, height: 700 });
  });

  it('a window stands where its document was seen last', async () => {
    const userData = join(work, 'places');
    mkdirSync(userData);
    const path = file('placed.netwright.json');
    const last = { x: 1, y: 2, width: 950, height: 600 };
    writeFileSync(join(userData, 'window.json'), JSON.stringify({ last }));
    desktop = await launchDesktop({ main, userData, args: ['netwright', path] });
    await titled('placed.netwright.json — Netwright');
    desktop.window.options = { ...desktop.window.options, x: 300, y: 200, width: 1100, height: 800 };
    desktop.window.close();
    const kept = () => JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8'));
    await expect.poll(() => kept().documents?.length, PATIENCE).toBe(1);
    await desktop.close();
    writeFileSync(join(userData, 'window.json'), JSON.stringify({ ...kept(), last }));
    desktop = await launchDesktop({ main, userData, args: ['netwright', path] });
    expect(desktop.window.options).toMatchObject({ x: 300, y: 200, width: 1100, height: 800 });
  });

  it('a run shows its progress, and takes it away when it has ended', async () => {
    desktop = await launchDesktop({ main });
    const shown = (thousandths: number | null) =>
      desktop.page.evaluate((value) => window.netwright.setProgress!({ thousandths: value }), thousandths);
    await shown(250);
    expect(desktop.window.progress).toBe(0.25);
    await shown(null);
    expect(desktop.window.progress).toBe(-1);
  });
});

describe('settings in a file', () => {
  it.each([
    [null, {}],
    ['text', {}],
    [{ theme: 'dark', wheel: 'x', other: 1 }, { theme: 'dark' }],
    [JSON.parse('{"__proto__":{"theme":"dark"}}'), {}],
  ])('are those that can be chosen: %j', (json, settings) => expect(settingsIn(json)).toEqual(settings));
});

describe('updates', () => {
  function fake(found: string | undefined, releaseNotes: unknown = '<p>Faster.</p>') {
    const done: string[] = [];
    const feeds: unknown[] = [];
    const updater: Updater = {
      autoDownload: true,
      autoInstallOnAppQuit: true,
      setFeedURL: (feed) => void feeds.push(feed),
      async checkForUpdates() {
        done.push('look');
        return {
          isUpdateAvailable: found !== undefined,
          updateInfo: { version: found ?? '0.1.0', releaseNotes },
        };
      },
      async downloadUpdate() {
        done.push('fetch');
      },
      quitAndInstall: () => void done.push('install'),
      on: () => undefined,
    };
    return { updater, done, feeds };
  }
  const made = (updater: Updater, feed: string | undefined, packaged = true) => {
    let loaded = 0;
    const progress: (number | undefined)[] = [];
    const updates = new Updates({
      packaged,
      feed: () => feed,
      resources: work,
      load: async () => {
        loaded++;
        return updater;
      },
      onProgress: (share) => progress.push(share),
    });
    return { updates, loaded: () => loaded, progress };
  };
  const FEED = 'https://updates.example/netwright';

  it('ask nobody where there is no feed, or the app is started from its sources', async () => {
    for (const [feed, packaged] of [
      [undefined, true],
      [FEED, false],
    ] as const) {
      const { updater, done } = fake('9.0.0');
      const { updates, loaded } = made(updater, feed, packaged);
      expect((await updates.look()).state).toBe('off');
      await expect(updates.fetch()).rejects.toThrow('There is no update to fetch.');
      expect([loaded(), done]).toEqual([0, []]);
    }
  });

  it('fetch and install nothing unasked, and in that order alone', async () => {
    const { updater, done, feeds } = fake('9.0.0');
    const { updates } = made(updater, FEED);
    expect(await updates.look()).toEqual({ state: 'found', version: '9.0.0', notes: 'Faster.' });
    expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, false]);
    expect(feeds).toEqual([{ provider: 'generic', url: FEED }]);
    expect(done).toEqual(['look']);
    await expect(updates.install()).rejects.toThrow('There is no update to install.');
    await updates.fetch();
    await updates.install();
    expect(done).toEqual(['look', 'fetch', 'install']);
  });

  it('say when there is nothing newer, and show the notes of every version as text', async () => {
    expect((await made(fake(undefined).updater, FEED).updates.look()).state).toBe('none');
    const notes = [
      { version: '9.1.0', note: 'Two <script>x</script>' },
      { version: '9.0.0', note: null },
    ];
    expect((await made(fake('9.1.0', notes).updater, FEED).updates.look()).notes).toBe(
      '9.1.0\nTwo x\n\n9.0.0',
    );
  });
});

// npm start: install and build when needed, then open Electron, or a browser window where Electron cannot be had.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

const DOWNLOAD_MS = 180_000;

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();

const electron = join(root, 'node_modules/electron');

function electronBinary() {
  try {
    const path = join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8'));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Electron's package downloads its binary at first run; a machine without the network gets the browser instead. */
function fetchElectron() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return 'skipped';
  const { status, stderr } = spawnSync(process.execPath, [join(electron, 'install.js')], {
    timeout: DOWNLOAD_MS,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  return status === 0 ? undefined : (String(stderr).trim().split('\n')[0] ?? 'failed');
}

const refused = electronBinary() ? undefined : fetchElectron();
const binary = electronBinary();
if (binary) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  spawn(binary, [...sandbox, root, ...process.argv.slice(2)], { stdio: 'inherit' }).on('close', (code) =>
    process.exit(code ?? 1),
  );
} else {
  console.log(`Electron is not available here (${refused}); opening Netwright in a browser window instead.`);
  await openInBrowser();
}

async function openInBrowser() {
  const { findChromium } = await import('./chromium.mjs');
  const { answersOf, findPlace, handOver, profileFolder } = await import('./instance.mjs');
  const { serve } = await import('./serve.mjs');
  const profile = profileFolder();
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const files = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
  const queries = files.length > 0 ? files.map((file) => handOver(profile, file)) : [''];
  const chromium = findChromium();
  const { running, free, foreign } = await findPlace(profile);
  for (const port of foreign)
    console.log(`Another program holds port ${port}, where Netwright may have kept work.`);
  if (running !== undefined) {
    const urls = queries.map((query) => `http://127.0.0.1:${running}/${query}`);
    if (chromium) for (const url of urls) showIn(chromium, profile, url).unref();
    console.log(`Netwright runs already; ${chromium ? 'it opens' : 'open'} ${urls.join(' and ')}`);
    return;
  }
  if (free === undefined) {
    console.error(
      'Netwright cannot start: other programs hold all of its ports. End one of them, then start again.',
    );
    process.exit(1);
  }
  const { url, close } = await serve(join(root, 'out/renderer'), free, undefined, answersOf(profile));
  if (!chromium) {
    console.log(
      `Open ${queries.map((query) => url + query).join(' and ')} in a browser. Press Ctrl+C to stop.`,
    );
    return;
  }
  const [first, ...others] = queries.map((query) => showIn(chromium, profile, url + query));
  for (const other of others) other.unref();
  console.log(`Netwright is open at ${url}; close the window to end.`);
  first.on('close', async () => {
    await close();
    process.exit(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => first.kill());
}

/** A window in the one browser of the profile: the first starts it, the others are handed to it. */
function showIn(chromium, profile, url) {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : [];
  return spawn(
    chromium,
    [
      `--app=${url}`,
      `--user-data-dir=${profile}`,
      '--no-first-run',
      '--no-default-browser-check',
      '--window-size=1440,900',
      ...asRoot,
    ],
    { stdio: 'ignore' },
  );
}

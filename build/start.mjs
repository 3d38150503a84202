// npm start: install and build when needed, then open Electron, or a browser window where Electron cannot be had.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  const { serve } = await import('./serve.mjs');
  const { url, close } = await serve(join(root, 'out/renderer'));
  const chromium = findChromium();
  if (!chromium) {
    console.log(`Open ${url} in a browser. Press Ctrl+C to stop.`);
    return;
  }
  const profile = mkdtempSync(join(tmpdir(), 'netwright-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : [];
  const window = spawn(
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
  console.log(`Netwright is open at ${url}; close the window to end.`);
  const end = async () => {
    await close();
    rmSync(profile, { recursive: true, force: true });
    process.exit(0);
  };
  window.on('close', end);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => window.kill());
}

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const DOWNLOAD_MS = 180_000;
const electron = join(root, 'node_modules/electron');
const isRoot = process.getuid?.() === 0;

/** Electron's program; nothing where only its package is there. */
export function electronBinary() {
  try {
    const path = join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8'));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Electron's package downloads its binary at first run; a machine without the network gets the browser instead. */
export function fetchElectron() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return 'skipped';
  const { status, stderr } = spawnSync(process.execPath, [join(electron, 'install.js')], {
    timeout: DOWNLOAD_MS,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  return status === 0 ? undefined : (String(stderr).trim().split('\n')[0] ?? 'failed');
}

/** The app in Electron, with these arguments; ends with it. */
export function runElectron(binary, args, environment = {}) {
  const sandbox = isRoot ? ['--no-sandbox'] : [];
  return spawn(binary, [...sandbox, root, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  }).on('close', (code) => process.exit(code ?? 1));
}

/** A window in the one browser of the profile: the first starts it, the others are handed to it. */
export function showIn(chromium, profile, url) {
  const asRoot = isRoot ? ['--no-sandbox', '--test-type'] : [];
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

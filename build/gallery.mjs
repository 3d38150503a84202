// npm run gallery: every state of the app beside the others; with --accept, the pictures of the visual tests are made anew.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './install.mjs';

/** Where the pictures lie, with the Chromium that drew them. */
export const pictures = join(root, 'tests/e2e/gallery');

/** The Chromium that drew the pictures. */
export function picturesOf() {
  const file = join(pictures, 'chromium.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  if (process.argv.includes('--accept')) {
    const { ensureBuilt } = await import('./ensure-built.mjs');
    await ensureBuilt();
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', 'tests/e2e/gallery.test.ts', '-t', 'looks as'],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, NETWRIGHT_ACCEPT: '1' },
      },
    );
    process.exit(status ?? 1);
  }
  process.argv.push('--gallery');
  await import('./dev.mjs');
}

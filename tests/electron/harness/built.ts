import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath } from '../../chromium.ts';

declare global {
  interface Window {
    readonly netwright: Readonly<Record<string, (request?: unknown) => Promise<unknown>>>;
  }
}

export const root = join(import.meta.dirname, '../../..');

/** The host's bundle; `npm test` builds it first. */
export const main = join(root, 'out/electron/main.cjs');

/** Whether there is all that `launchDesktop` needs. */
export const canLaunch =
  chromiumPath !== undefined && existsSync(main) && existsSync(join(root, 'out/renderer/index.html'));

/** For what happens soon, on a machine with other work. */
export const PATIENCE = { timeout: 50_000 };

import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PATTERN = /^\.nw-([0-9a-f]{4})-([0-9a-z]+)-[0-9a-f]{12}\.tmp$/;
/** No save takes longer; whoever left such a file, on whichever machine, has gone. */
const SURELY_LEFT_MS = 24 * 3_600_000;

const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 4);

/** A short name that nobody can guess, and that says which process of which machine is at work there. */
export const temporaryName = (): string =>
  `.nw-${machine}-${process.pid.toString(36)}-${randomBytes(6).toString('hex')}.tmp`;

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isLeft(path: string, name: string): Promise<boolean> {
  const [, where, who] = PATTERN.exec(name) ?? [];
  if (where === undefined || who === undefined) return false;
  if (where === machine && !lives(Number.parseInt(who, 36))) return true;
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > SURELY_LEFT_MS;
}

const swept = new Set<string>();

/** Removes what crashed saves left in a folder, once per process; that there is nothing to remove is no failure. */
export async function sweep(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isLeft(path, name).catch(() => false)) await rm(path, { force: true }).catch(() => undefined);
  }
}

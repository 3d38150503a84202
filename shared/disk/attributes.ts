import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, stat, truncate } from 'node:fs/promises';

const TIME_LIMIT_MS = 2000;

/**
 * Gives an empty new file the mode, the owner, and the extended attributes of another one, as far as the system lets.
 * Node has no call for attributes: Linux's own cp copies them all, and copying a file takes them along elsewhere.
 */
export async function takeAttributes(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await stat(from);
  if (process.platform === 'linux') await copyByCommand(from, to);
  else {
    await copyFile(from, to).catch(() => undefined);
    await truncate(to).catch(() => undefined);
  }
  await chown(to, uid, gid).catch(() => undefined);
  // After the owner, since giving a file away takes bits off its mode.
  await chmod(to, mode & 0o7777);
}

/** Where there is no such command, mode and owner remain, which are set afterwards in any case. */
function copyByCommand(from: string, to: string): Promise<void> {
  return new Promise((done) => {
    const given = ['--attributes-only', '--preserve=all', '--', from, to];
    execFile('cp', given, { timeout: TIME_LIMIT_MS }, () => done());
  });
}

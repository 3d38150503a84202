import { spawn } from 'node:child_process';
import { copyFile, type FileHandle, stat, truncate } from 'node:fs/promises';

const TIME_LIMIT_MS = 2000;

/**
 * Gives an empty new file the mode, the owner, and the extended attributes of another one, as far as the system lets.
 * Node has no call for attributes: Linux's own cp copies them all, and copying a file takes them along elsewhere. All else goes
 * by the open file: at its path there may be another one by now, whose owner and mode are nobody's to change.
 */
export async function takeAttributes(from: string, to: FileHandle, path: string): Promise<void> {
  const { mode, uid, gid } = await stat(from);
  if (process.platform === 'linux') await copyByCommand(from, to);
  else {
    await copyFile(from, path).catch(() => undefined);
    await truncate(path).catch(() => undefined);
  }
  await to.chown(uid, gid).catch(() => undefined);
  // After the owner, since giving a file away takes bits off its mode.
  await to.chmod(mode & 0o7777);
}

/** Where there is no such command, mode and owner remain, which are set afterwards in any case. */
function copyByCommand(from: string, { fd }: FileHandle): Promise<void> {
  return new Promise((done) => {
    const given = ['--attributes-only', '--preserve=all', '--', from, '/dev/fd/3'];
    const child = spawn('cp', given, { timeout: TIME_LIMIT_MS, stdio: ['ignore', 'ignore', 'ignore', fd] });
    child.once('error', () => done());
    child.once('close', () => done());
  });
}

import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../shared/disk/reasons.ts';

/** A disk of its own that can be filled to the last byte, as root on Linux has it. */
export interface SmallDisk {
  readonly folder: string;
  fill(): void;
  /** Makes all of the room again that was filled. */
  free(): void;
  unmount(): void;
}

export function mountSmallDisk(kibibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-disk-'));
  const ballast = join(folder, 'ballast');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
  mkdirSync(join(folder, 'files'));
  return {
    folder,
    fill() {
      for (let bytes = 1 << 16; bytes >= 1; ) {
        try {
          appendFileSync(ballast, Buffer.alloc(bytes));
        } catch (error) {
          if (codeOf(error) !== 'ENOSPC') throw error;
          bytes >>= 1;
        }
      }
    },
    free: () => rmSync(ballast),
    unmount() {
      // Who watched it may take a moment to let go.
      execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tryMount(): boolean {
  try {
    mountSmallDisk(64).unmount();
    return true;
  } catch {
    return false;
  }
}

export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

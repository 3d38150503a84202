import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { followLinks } from '../../shared/disk/links.ts';
import { reasonOf, sentenceOf } from '../../shared/disk/reasons.ts';
import { contentOf } from '../../shared/disk/stamp.ts';
import { sweep, temporaryName } from '../../shared/disk/temporary.ts';
import { writeWhole } from '../../shared/disk/write.ts';

const work = mkdtempSync(join(tmpdir(), 'disk-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;
const folder = (): string => {
  const path = join(work, String(made++));
  mkdirSync(path);
  return path;
};
const posix = process.platform !== 'win32';
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('a file that is written whole', () => {
  it('holds the last of many writes that were not waited for', async () => {
    const path = join(folder(), 'f');
    const sizes = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 << 20 : 1));
    await Promise.all(sizes.map((size, i) => writeWhole(path, `${i}:${'x'.repeat(size)}`)));
    expect(readFileSync(path, 'utf8').slice(0, 3)).toBe('39:');
    expect(readdirSync(join(path, '..'))).toEqual(['f']);
  });

  it('is written in turn through a link, too', async () => {
    const at = folder();
    symlinkSync('f', join(at, 'link'));
    const big = 'x'.repeat(4 << 20);
    await Promise.all([writeWhole(join(at, 'f'), big), writeWhole(join(at, 'link'), 'last')]);
    expect(readFileSync(join(at, 'f'), 'utf8')).toBe('last');
    expect(lstatSync(join(at, 'link')).isSymbolicLink()).toBe(true);
  });

  it('is where a link leads that leads to nothing yet', async () => {
    const at = folder();
    mkdirSync(join(at, 'below'));
    symlinkSync(join('below', 'second'), join(at, 'first'));
    symlinkSync('target', join(at, 'below', 'second'));
    await writeWhole(join(at, 'first'), 'new');
    expect(readFileSync(join(at, 'below', 'target'), 'utf8')).toBe('new');
    expect(lstatSync(join(at, 'first')).isSymbolicLink()).toBe(true);
  });

  it('is none where links lead in a circle, and says so', async () => {
    const at = folder();
    symlinkSync('b', join(at, 'a'));
    symlinkSync('a', join(at, 'b'));
    await expect(followLinks(join(at, 'a')).catch(reasonOf)).resolves.toBe('the link leads in a circle');
  });

  it.runIf(posix)(
    'goes where a link leads that is laid there, or instead of its folder, meanwhile',
    async () => {
      const at = folder();
      const [path, other] = [join(at, 'in', 'f'), join(at, 'other')];
      for (const each of ['in', 'other']) mkdirSync(join(at, each));
      writeFileSync(path, 'old');
      writeFileSync(join(other, 'named'), 'named');
      const once = (change: () => void): (() => undefined) => {
        let left = 1;
        return () => {
          if (left-- > 0) change();
          return undefined;
        };
      };
      await writeWhole(path, 'through', {
        expected: once(() => {
          rmSync(path);
          symlinkSync('../other/named', path);
        }),
      });
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(other, 'named'), 'utf8')).toBe('through');
      writeFileSync(join(at, 'in', 'g'), 'old');
      await writeWhole(join(at, 'in', 'g'), 'elsewhere', {
        expected: once(() => {
          renameSync(join(at, 'in'), join(at, 'moved'));
          symlinkSync('other', join(at, 'in'));
        }),
      });
      // The folder has been another one since: what was there before stays as it was.
      expect(readFileSync(join(other, 'g'), 'utf8')).toBe('elsewhere');
      expect(readFileSync(join(at, 'moved', 'g'), 'utf8')).toBe('old');
    },
  );

  it.runIf(posix)('keeps its mode, whatever the umask', async () => {
    const path = join(folder(), 'f');
    for (const mode of [0o600, 0o664, 0o755, 0o640]) {
      writeFileSync(path, 'old');
      chmodSync(path, mode);
      await writeWhole(path, 'new');
      expect(statSync(path).mode & 0o7777).toBe(mode);
    }
  });

  it.runIf(posix && process.getuid?.() === 0)('keeps its owner', async () => {
    const path = join(folder(), 'f');
    writeFileSync(path, 'old');
    execFileSync('chown', ['1234:2345', path]);
    await writeWhole(path, 'new');
    expect([statSync(path).uid, statSync(path).gid]).toEqual([1234, 2345]);
  });

  it.runIf(has('python3') && process.platform === 'linux')(
    'keeps its extended attributes',
    async (context) => {
      const path = join(folder(), 'f');
      writeFileSync(path, 'old');
      const python = (code: string) =>
        spawnSync('python3', ['-c', `import os,sys;${code}`, path], { encoding: 'utf8' });
      if (python(`os.setxattr(sys.argv[1], 'user.origin', b'lecture')`).status !== 0) return context.skip();
      await writeWhole(path, 'new');
      expect(python(`print(os.getxattr(sys.argv[1], 'user.origin').decode())`).stdout.trim()).toBe('lecture');
      expect(readFileSync(path, 'utf8')).toBe('new');
    },
  );

  it('may have as long a name as the system takes', async () => {
    const at = folder();
    await writeWhole(join(at, 'n'.repeat(255)), 'long');
    expect(readdirSync(at)).toEqual(['n'.repeat(255)]);
    await expect(writeWhole(join(at, 'n'.repeat(256)), 'x').catch(sentenceOf)).resolves.toBe(
      'The name is too long.',
    );
  });

  it('is not replaced when it is read-only, unless that is wanted; it stays so', async () => {
    const path = join(folder(), 'f');
    writeFileSync(path, 'old', { mode: 0o444 });
    await expect(writeWhole(path, 'new')).rejects.toMatchObject({ kind: 'read-only' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    await writeWhole(path, 'new', { evenReadOnly: true });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o444);
  });

  it('is no folder', async () => {
    await expect(writeWhole(folder(), 'x').catch(reasonOf)).resolves.toBe('it is a folder');
  });

  it.runIf(posix)('is no pipe: that is refused, or written into', async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(writeWhole(pipe, 'x')).rejects.toMatchObject({ kind: 'special' });
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
    let read = '';
    reader.stdout.on('data', (part) => (read += String(part)));
    const ended = new Promise((end) => reader.once('close', end));
    await writeWhole(pipe, 'through', { intoSpecial: true });
    await ended;
    expect(read).toBe('through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it.runIf(posix)('is no device', async () => {
    await expect(writeWhole('/dev/null', 'x')).rejects.toMatchObject({ kind: 'special' });
    await writeWhole('/dev/null', 'x', { intoSpecial: true });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.runIf(posix && statSync('/dev/full', { throwIfNoEntry: false }))('tells of a full disk', async () => {
    const told = await writeWhole('/dev/full', 'x', { intoSpecial: true }).catch(sentenceOf);
    expect(told).toBe('The disk is full.');
  });

  describe('when another program was there meanwhile', () => {
    const theirs = (path: string, how: string): void => {
      const { atime, mtime } = statSync(path);
      if (how === 'in place') writeFileSync(path, 'theirs');
      else {
        writeFileSync(`${path}.other`, how === 'by renaming, old time and size' ? 'mane' : 'theirs');
        renameSync(`${path}.other`, path);
        if (how === 'by renaming, old time and size') utimesSync(path, atime, mtime);
      }
    };
    it.each(['in place', 'by renaming', 'by renaming, old time and size'])(
      'is left alone: %s',
      async (how) => {
        const path = join(folder(), 'f');
        const { content } = await writeWhole(path, 'mine');
        theirs(path, how);
        const now = readFileSync(path, 'utf8');
        await expect(writeWhole(path, 'newer', { expected: () => content })).rejects.toMatchObject({
          kind: 'changed',
        });
        expect(readFileSync(path, 'utf8')).toBe(now);
        expect(readdirSync(join(path, '..'))).toEqual(['f']);
        await writeWhole(path, 'newer');
        expect(readFileSync(path, 'utf8')).toBe('newer');
      },
    );
    it('is written when it was only touched, or is gone', async () => {
      const path = join(folder(), 'f');
      const { content } = await writeWhole(path, 'mine');
      utimesSync(path, 1, 1);
      await writeWhole(path, 'second', { expected: () => content });
      rmSync(path);
      await writeWhole(path, 'third', { expected: () => contentOf('second') });
      expect(readFileSync(path, 'utf8')).toBe('third');
    });
  });
});

describe('what a crash left beside a file', () => {
  it('goes, and what others are at work with stays', async () => {
    const at = folder();
    // A process that is no more.
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const own = temporaryName();
    const left = own.replace(`-${process.pid.toString(36)}-`, `-${gone.toString(36)}-`);
    const old = own.replace(/^\.nw-[0-9a-f]{4}/, '.nw-0000').replace(/[0-9a-f]\.tmp$/, '0.tmp');
    const foreign = own.replace(/^\.nw-[0-9a-f]{4}/, '.nw-0001');
    for (const name of [own, left, old, foreign, 'mine.tmp']) writeFileSync(join(at, name), 'x');
    utimesSync(join(at, old), 1, 1);
    await sweep(at);
    expect(readdirSync(at).sort()).toEqual([foreign, own, 'mine.tmp'].sort());
    expect(own.length).toBeLessThan(40);
  });
});

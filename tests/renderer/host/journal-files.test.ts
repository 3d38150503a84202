import { describe, expect, it } from 'vitest';
import { type Entry, JournalFiles } from '../../../renderer/host/journal-files.ts';
import { savingLine } from '../../../shared/host/journal-text.ts';
import { OwnFiles } from './own-files.ts';

const NOBODY: readonly string[] = [];
const JOURNAL = 'one';

let names = 0;
const opened = (folder: OwnFiles): Promise<JournalFiles> => JournalFiles.in(folder, () => `file-${names++}`);

const whole = (text: string, more: Partial<Entry> = {}): Entry => ({
  journal: JOURNAL,
  header: { name: 'net' },
  whole: true,
  clean: false,
  text,
  ...more,
});
const line = (text: string): Entry => ({ ...whole(text), whole: false });

/** What the next page is offered, and what it reads of it; undefined where it is offered nothing. */
async function found(before: OwnFiles): Promise<string | undefined> {
  const folder = before.afterwards();
  const files = await opened(folder);
  const kept = await files.kept(NOBODY);
  expect(kept.length).toBeLessThanOrEqual(1);
  return kept[0] && (await files.read(kept[0].journal))?.text;
}

describe('journals in files of the page’s own', () => {
  it('hold lines before anybody has waited for them', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    void files.write(whole('base\n', { clean: true }));
    void files.write(line('one\n'));
    void files.write(line('two\n'));
    expect(await found(folder)).toBe('base\none\ntwo\n');
  });

  it('are no work where nothing but looking and saving was done, and are removed', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    await files.write(whole('base\n', { clean: true }));
    await files.write(line(savingLine('a'.repeat(64))));
    const next = folder.afterwards();
    expect(await (await opened(next)).kept(NOBODY)).toEqual([]);
    expect([...next.contents.values()].filter(({ bytes }) => bytes.length > 0)).toEqual([]);
  });

  it('are begun in empty files that others left, so that a disk that is full has nothing to make', async () => {
    const folder = new OwnFiles();
    await (await opened(folder)).write(whole('base\n'));
    const next = folder.afterwards();
    const names = [...next.contents.keys()];
    const files = await opened(next);
    expect([...next.contents.keys()]).toEqual(names);
    await files.write({ ...whole('other\n'), journal: 'two' });
    // Another page beside it has to make its own.
    await opened(next);
    expect(next.contents.size).toBeGreaterThan(names.length);
    const after = await opened(next.afterwards());
    expect((await after.kept(NOBODY)).map(({ journal }) => journal).sort()).toEqual(['one', 'two']);
  });

  it('of pages that live are neither offered nor removed', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    await files.write(whole('base\n', { clean: true }));
    const other = await opened(folder);
    expect(await other.kept([JOURNAL])).toEqual([]);
    // Not even by a page that has not heard of it yet.
    await other.kept(NOBODY);
    await files.write(line('one\n'));
    expect(await found(folder)).toBe('base\none\n');
  });

  it('that are taken over are there once, however the one who takes them ends', async () => {
    const folder = new OwnFiles();
    const before = await opened(folder);
    await before.write(whole('base\n'));
    await before.write(line('one\n'));
    for (let steps = 0; ; steps++) {
      const after = folder.afterwards();
      const files = await opened(after);
      await files.read(JOURNAL);
      after.stepsLeft = steps;
      const isThrough = await files.write(whole('all\n')).then(
        () => true,
        () => false,
      );
      expect(await found(after)).toBeOneOf(isThrough ? ['all\n'] : ['base\none\n', 'all\n']);
      if (isThrough && after.stepsLeft > 0) break;
    }
  });

  it('lose at most the line that is being written when the page ends, at whichever step', async () => {
    const entries = [
      whole('0\n', { clean: true }),
      line('1\n'),
      line('2\n'),
      whole('012\n'),
      line('3\n'),
      line('4\n'),
      whole('01234\n', { header: { name: 'net', rights: 'r' } }),
      line('5\n'),
    ];
    const texts = [
      '',
      '',
      '0\n1\n',
      '0\n1\n2\n',
      '012\n',
      '012\n3\n',
      '012\n3\n4\n',
      '01234\n',
      '01234\n5\n',
    ];
    for (const waits of [true, false]) {
      // Two are begun anew before the disk has anything; nobody saves a third time within a moment.
      const all = waits ? entries : entries.slice(0, 6);
      for (let steps = 0; ; steps++) {
        const folder = new OwnFiles();
        const files = await opened(folder);
        // Until both of its empty files are open.
        await new Promise((later) => setTimeout(later));
        folder.stepsLeft = steps;
        let drawn = 0;
        for (const entry of all) {
          const kept = files.write(entry).then(
            () => true,
            () => false,
          );
          drawn++;
          if (folder.stepsLeft < 0 || (waits && !(await kept))) break;
        }
        // What has no end was being written, as whoever reads it knows; and what it begins with is no work.
        const text = ((await found(folder)) ?? '').replace(/[^\n]+$/, '').replace(/^0\n$/, '');
        expect([texts[drawn], texts[drawn - 1]], `${steps} steps, ${drawn} drawn`).toContain(text);
        if (drawn === all.length && folder.stepsLeft > 0) break;
      }
    }
  });

  it('that ended stay so', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    await files.write(whole('base\n'));
    await files.end(JOURNAL);
    await expect(files.write(line('late\n'))).rejects.toThrow('was not kept');
    expect(await found(folder)).toBeUndefined();
  });

  it('refuse what follows a line that the disk had no room for, until all is written anew', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    await files.write(whole('base\n'));
    await files.write(line('one\n'));
    const used = [...folder.contents.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    folder.roomBytes = used + 4;
    await expect(files.write(line('a long one\n'))).rejects.toThrow('No space');
    await expect(files.write(line('2\n'))).rejects.toThrow('was not kept');
    expect(await found(folder)).toBe('base\none\n');
    folder.roomBytes = Infinity;
    await files.write(whole('all\n'));
    await files.write(line('3\n'));
    expect(await found(folder)).toBe('all\n3\n');
  });

  it('stay as they were where a whole one finds no room', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    await files.write(whole('base\n'));
    folder.roomBytes = 100;
    await expect(files.write(whole('x'.repeat(200)))).rejects.toThrow('No space');
    await files.write(line('1\n'));
    expect(await found(folder)).toBe('base\n1\n');
  });

  it('that cannot be read are set aside as they are', async () => {
    const folder = new OwnFiles();
    const bytes = new TextEncoder().encode('no journal at all');
    folder.contents.set('broken.journal', { bytes, lastModified: 1, isOpen: false });
    const files = await opened(folder);
    expect(await files.kept(NOBODY)).toEqual([
      { journal: 'broken', name: 'broken', time: 1, tooLarge: false },
    ]);
    expect(await files.read('broken')).toEqual({ header: undefined, text: 'no journal at all' });
    expect(await files.setAside('broken')).toBe('journals/set-aside/broken.journal');
    expect(folder.folders.get('set-aside')?.contents.get('broken.journal')?.bytes).toEqual(bytes);
    expect(await files.kept(NOBODY)).toEqual([]);
  });

  it('take three files a page, however often they are written anew', async () => {
    const folder = new OwnFiles();
    const files = await opened(folder);
    for (let nth = 0; nth < 20; nth++) await files.write(whole(`${nth}\n`));
    await files.kept(NOBODY);
    expect(folder.contents.size).toBe(3);
  });
});

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Documents } from '../../electron/main/documents.ts';
import { Journals } from '../../electron/main/journals.ts';
import { Versions } from '../../electron/main/versions.ts';
import { createKeeper } from '../../renderer/documents/keeper.ts';
import { readWork } from '../../renderer/documents/work-journal.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import { applyEdit, type History, startHistory } from '../../shared/graph/history.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { canMount, mountSmallDisk, type SmallDisk } from './full-disk.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

const lenet = zooEntry('lenet')!.build();
const text = writeSpec(lenet);

/** A disk that is really full, mounted for each test, and a folder elsewhere that has room. */
describe.skipIf(!canMount)('a full disk (needs the right to mount one)', () => {
  let disk: SmallDisk;
  let roomy = '';
  beforeEach(() => {
    disk = mountSmallDisk(512);
    roomy = mkdtempSync(join(tmpdir(), 'netwright-roomy-'));
  });
  afterEach(() => {
    disk.unmount();
    rmSync(roomy, { recursive: true, force: true });
  });
  const onDisk = (name: string): string => join(disk.folder, 'files', name);

  it('leaves what stood there as it was, and nothing beside it', async () => {
    writeFileSync(onDisk('a.json'), text);
    disk.fill();
    await expect(writeWhole(onDisk('a.json'), text.replaceAll('conv', 'CONV'))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    await expect(writeWhole(onDisk('new.json'), text)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(join(disk.folder, 'files'))).toEqual(['a.json']);
    expect(readFileSync(onDisk('a.json'), 'utf8')).toBe(text);
    disk.free();
    await writeWhole(onDisk('new.json'), text);
    expect(readFileSync(onDisk('new.json'), 'utf8')).toBe(text);
  });

  it('of earlier states keeps those that there are', async () => {
    const versions = new Versions(onDisk('versions'));
    expect(await versions.keep('net', new TextEncoder().encode(text))).toBeUndefined();
    disk.fill();
    expect(await versions.keep('net', new TextEncoder().encode(text.replaceAll('conv', 'CONV')))).toBe(
      'The disk is full.',
    );
    const [first, ...others] = await versions.list('net');
    expect(others).toEqual([]);
    expect(new TextDecoder().decode(await versions.read('net', first!.version))).toBe(text);
  });

  /** The program's own keeper, whose journals lie there. */
  function keeping() {
    const documents = new Documents(() => undefined);
    const journals = new Journals(onDisk('journals'));
    const told: unknown[] = [];
    const keeper = createKeeper({
      shelf: {
        writeJournal: (request) => journals.write(documents, request),
        endJournal: ({ journal }) => journals.end(documents, journal),
      },
      newId: () => '00000000-0000-4000-8000-000000000001',
      whenIdle: () => undefined,
      onFailure: (error) => void told.push(error),
    });
    let history: History = startHistory(lenet);
    const see = (saved: Design | undefined, grant: string) =>
      keeper.see({
        history,
        trail: [],
        selection: [],
        opened: 1,
        open: true,
        dirty: history.design !== saved,
        saved,
        name: 'net',
        grant,
        model: '',
      });
    return {
      documents,
      journals,
      told,
      keeper,
      /** Draws the nth edit, of this many letters. */
      draw(nth: number, letters = 20, grant = '') {
        history = applyEdit(history, `edit ${nth}`, (draft) => {
          draft.name = `edit ${nth} `.padEnd(letters, 'x');
        });
        see(lenet, grant);
      },
      begin: (grant = '') => see(lenet, grant),
      /** What the next start finds. */
      async found() {
        const later = new Documents(() => undefined);
        const [kept] = await new Journals(onDisk('journals')).kept(later);
        const taken = kept && (await new Journals(onDisk('journals')).take(later, kept.journal));
        later.close();
        return taken ? readWork(taken.text) : undefined;
      },
    };
  }

  it('is told once by whoever draws; what was kept before can be read, and all is kept once there is room', async () => {
    const { documents, draw, begin, keeper, told, found } = keeping();
    begin();
    for (let nth = 1; nth <= 3; nth++) draw(nth);
    await keeper.flush();
    disk.fill();
    for (let nth = 4; nth <= 40; nth++) {
      draw(nth, 190);
      await keeper.flush();
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ code: 'ENOSPC' });
    // As much as there was room for, and no half line that what comes later would be joined to.
    const before = await found();
    expect(before).toMatchObject({ complete: true });
    expect(before && 'work' in before && before.work.history.past.length).toBeGreaterThanOrEqual(3);
    expect(readdirSync(onDisk('journals'))).toEqual(['00000000-0000-4000-8000-000000000001.journal']);
    disk.free();
    draw(41);
    await keeper.flush();
    const after = await found();
    expect(after).toMatchObject({ complete: true });
    expect(after && 'work' in after && after.work.history.past.length).toBe(41);
    documents.close();
  });

  it('of journals does not keep a save to another disk from being made', async () => {
    const path = join(roomy, 'net.json');
    writeFileSync(path, text);
    const { documents, journals, draw, begin, keeper, found } = keeping();
    const grant = await documents.grant(path);
    begin(grant);
    draw(1, 20, grant);
    await keeper.flush();
    disk.fill();
    // Until there is no room for a line either.
    for (let nth = 2; nth <= 60; nth++) draw(nth, 190, grant);
    await keeper.flush();
    const bytes = new TextEncoder().encode(text.replaceAll('conv', 'CONV'));
    for (let nth = 0; nth < 80; nth++) journals.saving(documents, grant, `${nth}`.padStart(64, '0'));
    expect(await documents.save(grant, bytes)).toBeUndefined();
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
    expect(await found()).toMatchObject({ complete: true });
    documents.close();
  });

  describe.skipIf(!canLaunch)('under the app (needs Chromium and a build)', () => {
    let desktop: Desktop;
    afterEach(() => desktop.close());
    const titled = (title: string) => expect.poll(() => desktop.window.title, PATIENCE).toBe(title);
    const notice = (words: string) => desktop.page.getByTestId('notice').getByText(words).waitFor();

    it('is told in words by a save and by an export; both work once there is room', async () => {
      const path = onDisk('net.netwright.json');
      writeFileSync(path, text);
      desktop = await launchDesktop({ main, userData: join(roomy, 'data'), args: ['netwright', path] });
      await titled('net.netwright.json — Netwright');
      disk.fill();
      await desktop.clickMenu('selectAll');
      await desktop.clickMenu('delete');
      await titled('• net.netwright.json — Netwright');
      await desktop.clickMenu('save');
      await notice('net.netwright.json could not be saved');
      await notice('The disk is full.');
      expect(readFileSync(path, 'utf8')).toBe(text);
      expect(desktop.window.title).toBe('• net.netwright.json — Netwright');

      desktop.answers.save.push(onDisk('out.json'));
      const refused = await desktop.page.evaluate(() =>
        window.netwright.saveFileAs!({
          suggestedName: 'out.json',
          bytes: new Uint8Array(100_000),
          remember: false,
        }).then(() => 'written', String),
      );
      expect(refused).toContain('The disk is full.');
      expect(existsSync(onDisk('out.json'))).toBe(false);

      disk.free();
      await desktop.clickMenu('save');
      await titled('net.netwright.json — Netwright');
      expect(JSON.parse(readFileSync(path, 'utf8')).nodes).toEqual([]);
    });

    it('under the app’s own data leaves everything at work but what is kept there, which is told', async () => {
      const path = join(roomy, 'net.netwright.json');
      writeFileSync(path, text);
      const userData = onDisk('data');
      mkdirSync(userData);
      const [recent, other] = [join(userData, 'recent.json'), join(roomy, 'other.netwright.json')];
      writeFileSync(other, text);
      writeFileSync(recent, JSON.stringify([other]));
      disk.fill();
      desktop = await launchDesktop({ main, userData, args: ['netwright', path] });
      await titled('net.netwright.json — Netwright');
      await desktop.clickMenu('selectAll');
      await desktop.clickMenu('delete');
      await notice('Work that is not saved cannot be kept');
      await notice('The disk is full.');
      await desktop.clickMenu('save');
      await titled('net.netwright.json — Netwright');
      expect(JSON.parse(readFileSync(path, 'utf8')).nodes).toEqual([]);
      await notice('net.netwright.json is saved, but its earlier versions cannot be kept');
      // The list of before is whole.
      expect(JSON.parse(readFileSync(recent, 'utf8'))).toEqual([other]);
    });
  });
});

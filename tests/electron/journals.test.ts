import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Documents } from '../../electron/main/documents.ts';
import { Journals } from '../../electron/main/journals.ts';
import { linesBetween, readWork, type Work, wholeOf } from '../../renderer/documents/work-journal.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { newNode, setName } from '../../shared/graph/edits.ts';
import { applyEdit, startHistory } from '../../shared/graph/history.ts';

/** A journal of a few edits, as the page writes it. */
function written(): string {
  const history = startHistory({ ...emptyDesign, name: 'net', nodes: { a: newNode('relu') } });
  let work: Work = { history, trail: [], selection: [] };
  let text = wholeOf(work);
  for (const name of ['one', 'two']) {
    const next = { ...work, history: applyEdit(work.history, `Name ${name}`, setName(name)) };
    text += linesBetween(work, next);
    work = next;
  }
  return text;
}
const journal = written();
const header = '{"name":"net"}\n';
const nameOf = (digit: number): string => `0000000${digit}-0000-4000-8000-000000000000.journal`;

describe('the journals of the desktop', () => {
  let folder = '';
  let documents: Documents;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netwright-journals-'));
    documents = new Documents(() => undefined);
  });
  afterEach(() => {
    documents.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are offered whatever else lies beside them under such a name', async () => {
    mkdirSync(join(folder, nameOf(1)));
    symlinkSync(join(folder, 'nothing'), join(folder, nameOf(2)));
    symlinkSync('/dev/zero', join(folder, nameOf(3)));
    writeFileSync(join(folder, nameOf(4)), header + journal);
    const journals = new Journals(folder);
    const kept = await journals.kept(documents);
    expect(kept.map(({ journal: id }) => `${id}.journal`)).toEqual([nameOf(4)]);
    expect((await journals.take(documents, kept[0]!.journal))?.text).toBe(journal);
  });

  it('add a line whole or not at all, and none to what has ended', async () => {
    const journals = new Journals(folder);
    const id = nameOf(5).replace('.journal', '');
    const request = { journal: id, name: 'net', grant: '', model: '', clean: false };
    await journals.write(documents, { ...request, text: 'whole\n', whole: true });
    await journals.write(documents, { ...request, text: 'line\n', whole: false });
    await journals.end(documents, id);
    await journals.write(documents, { ...request, text: 'late\n', whole: false });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('with any one byte changed, or cut off anywhere, are read as far as they are what was written', () => {
    const bytes = Buffer.from(journal);
    const states = ['net', 'one', 'two'];
    const wrong: string[] = [];
    const look = (how: string, damaged: Buffer): void => {
      const read = readWork(damaged.toString('utf8'));
      if ('fault' in read) return;
      const { past, design } = read.work.history;
      const whole = past.length === 2 || !read.complete || damaged.length < bytes.length;
      if (design.name !== states[past.length] || !design.nodes.a || !whole) wrong.push(how);
    };
    // A last line without its end is one that was being written.
    for (let at = 0; at < bytes.length - 1; at++) {
      look(`cut at ${at}`, bytes.subarray(0, at));
      for (const byte of [0, 10, 0x22, 0x7d, 0xff, bytes[at]! ^ 1, bytes[at]! ^ 0x20]) {
        if (byte === bytes[at]) continue;
        const damaged = Buffer.from(bytes);
        damaged[at] = byte;
        look(`${byte} at ${at}`, damaged);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('of earlier versions, whose lines have no sums, are read', () => {
    const read = readWork(journal.replaceAll(/\{"sum":"[0-9a-f]{8}",/g, '{'));
    expect(read).toMatchObject({ complete: true, work: { history: { design: { name: 'two' } } } });
  });
});

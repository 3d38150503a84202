import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeeper, type Shelf, type Watched } from '../../../renderer/documents/keeper.ts';
import { linesBetween, readWork, type Work, wholeOf } from '../../../renderer/documents/work-journal.ts';
import {
  addNode,
  moveNodes,
  newNode,
  pinBaseline,
  removeAndBridge,
  removeNodes,
  rename,
  setName,
} from '../../../shared/graph/edits.ts';
import { applyEdit, closeGesture, redo, startHistory, undo } from '../../../shared/graph/history.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const start: Work = { history: startHistory(zooEntry('lenet')!.build()), trail: [], selection: [] };
const ids = Object.keys(start.history.design.nodes);

type Act = (work: Work, nth: number) => Work;
const edit =
  (label: string, make: (nth: number, work: Work) => Parameters<typeof applyEdit>[2], mark?: string): Act =>
  (work, nth) => ({ ...work, history: applyEdit(work.history, label, make(nth, work), mark) });

/** What a hand does: each needs nothing of what came before, and does nothing where it cannot. */
const acts: readonly Act[] = [
  edit('Add', (nth) => addNode(`new${nth}`, newNode('conv2d', { kernel: [3, 3] }), { x: nth, y: 7 })),
  edit(
    'Move',
    (nth, { history }) => moveNodes({ [Object.keys(history.design.nodes)[0] ?? 'none']: { x: nth, y: nth } }),
    'drag',
  ),
  edit('Remove', (nth, { history }) =>
    removeNodes(Object.keys(history.design.nodes).slice(nth % 5, (nth % 5) + 1)),
  ),
  edit('Bridge', (nth, { history }) =>
    removeAndBridge(
      Object.keys(history.design.nodes)
        .slice(-1 - (nth % 3))
        .slice(0, 1),
    ),
  ),
  edit('Name', (nth) => setName(`"Zwölf ${nth}\n \u2028 新`), 'typing'),
  edit('Pin', (_, { history }) => pinBaseline(history.design)),
  (work, nth) => {
    const [from] = Object.keys(work.history.design.nodes);
    if (from === undefined) return work;
    const to = `renamed${nth}`;
    return {
      ...work,
      history: applyEdit(work.history, 'Rename', rename(from, to), undefined, new Map([[from, to]])),
    };
  },
  (work) => ({ ...work, history: undo(work.history) }),
  (work) => ({ ...work, history: redo(work.history) }),
  (work) => ({ ...work, history: closeGesture(work.history) }),
  (work, nth) => ({ ...work, selection: ids.slice(0, nth % 4) }),
];

/** What a user sees of it: an edit done again may be made of other patches, which come to the same. */
const plain = ({ history: { design, past, future }, trail, selection }: Work): unknown => ({
  design,
  past: past.map(({ label, mark }) => [label, mark]),
  future: future.map(({ label }) => label),
  trail,
  selection,
});
function read(text: string): Work {
  const found = readWork(text);
  if ('fault' in found) throw new Error(found.fault);
  return found.work;
}
const steps = fc.array(fc.nat(acts.length - 1), { maxLength: 40 });

describe('a journal', () => {
  it('holds design, selection and what can be undone after whatever was done', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        let work = start;
        let text = wholeOf(work);
        chosen.forEach((at, nth) => {
          const next = acts[at]!(work, nth);
          text =
            next === work
              ? text
              : `${linesBetween(work, next) === undefined ? '' : text}${linesBetween(work, next) ?? wholeOf(next)}`;
          work = next;
        });
        const again = read(text);
        expect(plain(again)).toEqual(plain(work));
        expect(Object.keys(again.history.design.nodes)).toEqual(Object.keys(work.history.design.nodes));
        expect(plain(read(wholeOf(again)))).toEqual(plain(work));
        // Undone to the beginning and done again, both are the same.
        let [a, b] = [again.history, work.history];
        for (; b.past.length > 0; [a, b] = [undo(a), undo(b)]) expect(a.design).toEqual(b.design);
        for (; b.future.length > 0; [a, b] = [redo(a), redo(b)]) expect(a.design).toEqual(b.design);
      }),
      { numRuns: 150 },
    );
  });

  it('tells nearly everything by lines of its own', () => {
    let whole = 0;
    acts.forEach((act, nth) => {
      const before = acts[0]!(start, 99);
      const next = act(before, nth);
      if (next !== before && linesBetween(before, next) === undefined) whole++;
    });
    expect(whole).toBe(0);
  });

  it('loses one line at most, wherever it ends', () => {
    const moments = [start];
    for (let nth = 0; nth < 12; nth++) moments.push(acts[nth % 3]!(moments.at(-1)!, nth));
    const parts = moments.map((work, i) => (i === 0 ? wholeOf(work) : linesBetween(moments[i - 1]!, work)!));
    const text = parts.join('');
    fc.assert(
      fc.property(fc.integer({ min: parts[0]!.length, max: text.length }), (length) => {
        const found = read(text.slice(0, length));
        let ended = 0;
        for (let sum = 0; ended < parts.length && sum + parts[ended]!.length <= length; )
          sum += parts[ended++]!.length;
        expect(found.history.design).toEqual(moments[ended - 1]!.history.design);
      }),
    );
  });

  it.each([
    ['', 'unreadable'],
    ['\n', 'unreadable'],
    ['no json\n', 'unreadable'],
    [`${'['.repeat(1e6)}\n`, 'unreadable'],
    ['{"version":2,"spec":"whatever it is by then"}\n', 'newer'],
    ['{"version":1,"spec":"{"}\n', 'unreadable'],
  ])('that is none says so: %#', (text, fault) => expect(readWork(text)).toEqual({ fault }));

  it('reaches nothing outside of the design', () => {
    const evil = { edit: 'x', patches: [{ op: 'add', path: ['__proto__', 'polluted'], value: 1 }] };
    const found = readWork(`${wholeOf(start)}${JSON.stringify(evil)}\n`);
    expect(found).toMatchObject({ complete: false });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('withstands any change of its text', () => {
    let work = start;
    for (let nth = 0; nth < 9; nth++) work = acts[nth % 7]!(work, nth);
    const text = wholeOf(work) + linesBetween(work, acts[0]!(work, 50))!;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(9), fc.string({ maxLength: 4 }), (at, length, put) => {
        const found = readWork(text.slice(0, at) + put + text.slice(at + length));
        expect('fault' in found || Object.keys(found.work.history.design).length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** A disk that answers when it is told to. */
function slowShelf() {
  const files = new Map<string, string>();
  const clean = new Set<string>();
  let sent = 0;
  const waiting: (() => void)[] = [];
  const later = (act: () => void) => new Promise<void>((done) => waiting.push(() => done(act())));
  const shelf: Shelf = {
    writeJournal: ({ journal, text, whole, clean: isClean }) => {
      sent++;
      return later(() => {
        files.set(journal, whole ? text : (files.get(journal) ?? '') + text);
        if (isClean) clean.add(journal);
        else clean.delete(journal);
      });
    },
    endJournal: ({ journal }) => later(() => void files.delete(journal)),
  };
  const soon = (): Promise<void> => new Promise((done) => setImmediate(done));
  return {
    shelf,
    files,
    clean,
    sent: () => sent,
    waiting,
    soon,
    async all() {
      for (await soon(); waiting.length > 0; await soon()) waiting.shift()!();
    },
  };
}

describe('a keeper', () => {
  const shown = (work: Work, more: Partial<Watched> = {}): Watched => ({
    ...work,
    opened: 1,
    open: true,
    model: '',
    dirty: true,
    name: 'net',
    grant: '',
    saved: undefined,
    ...more,
  });
  const made = (shelf: Shelf, onFailure: (error: unknown) => void = () => undefined) => {
    let id = 0;
    return createKeeper({ shelf, newId: () => `j${++id}`, whenIdle: (task) => task(), onFailure });
  };

  it('sends every edit at once, and those together that come while the disk is far behind', async () => {
    const { shelf, waiting, files, all } = slowShelf();
    const keeper = made(shelf);
    let work = start;
    const draw = (nth: number) => {
      work = acts[1]!(work, nth);
      keeper.see(shown(work));
    };
    for (let nth = 0; nth < 20; nth++) draw(nth);
    expect(waiting.length).toBe(20);
    for (let nth = 20; nth < 400; nth++) draw(nth);
    expect(waiting.length).toBeLessThan(300);
    await all();
    expect(read(files.get('j1')!).history.design).toEqual(work.history.design);
  });

  it('waits for nothing when the window is left', async () => {
    const { shelf, waiting } = slowShelf();
    const keeper = made(shelf);
    keeper.see(shown(start));
    keeper.see(shown(acts[0]!(start, 1)));
    for (let nth = 2; nth < 300; nth++) keeper.see(shown(acts[0]!(start, nth)));
    const before = waiting.length;
    void keeper.flush();
    expect(waiting.length).toBe(before + 1);
  });

  it('ends with the document that is saved or left, and with no other', async () => {
    const { shelf, files, clean, all } = slowShelf();
    const keeper = made(shelf);
    const edited = acts[0]!(start, 1);
    keeper.see(shown(edited));
    await all();
    keeper.see(shown(acts[0]!(start, 2), { opened: 2 }));
    await all();
    expect([...files.keys()]).toEqual(['j2']);
    // What is saved is no work: what is written then is what the next edit is added to.
    keeper.see(shown(edited, { opened: 2, dirty: false }));
    await all();
    expect(clean).toEqual(new Set(['j2']));
    keeper.see(shown(edited, { opened: 2, dirty: false, open: false }));
    await all();
    expect(files.size).toBe(0);
  });

  it('begins with the document, so that the first edit is a line of its own', async () => {
    const { shelf, files, clean, sent, all } = slowShelf();
    const keeper = made(shelf);
    keeper.see(shown(start, { dirty: false }));
    await all();
    expect(clean).toEqual(new Set(['j1']));
    // Where one looks is no work.
    keeper.see(shown({ ...start, selection: ids.slice(0, 2) }, { dirty: false }));
    expect(sent()).toBe(1);
    const edited = acts[0]!({ ...start, selection: ids.slice(0, 3) }, 1);
    keeper.see(shown(edited));
    await all();
    expect(sent()).toBe(2);
    expect(clean.size).toBe(0);
    expect(files.get('j1')).toBe(wholeOf(start) + linesBetween(start, edited));
    // Undone again, it is no work any more.
    keeper.see(shown({ ...edited, history: undo(edited.history) }, { dirty: false }));
    await all();
    expect(clean).toEqual(new Set(['j1']));
  });

  it('tells nothing of a disk that is full while there is no work', async () => {
    const { shelf, all } = slowShelf();
    const told: unknown[] = [];
    const full = { ...shelf, writeJournal: () => Promise.reject(new Error('full')) };
    const keeper = made(full, (error) => told.push(error));
    keeper.see(shown(start, { dirty: false }));
    await all();
    expect(told).toEqual([]);
    keeper.see(shown(acts[0]!(start, 1)));
    await all();
    expect(told.length).toBe(1);
  });

  it('writes all anew once a line could not be written, and tells it once', async () => {
    const { shelf, files, all } = slowShelf();
    let full = false;
    const told: unknown[] = [];
    const keeper = made(
      {
        ...shelf,
        writeJournal: (request) => (full ? Promise.reject(new Error('full')) : shelf.writeJournal(request)),
      },
      (error) => told.push(error),
    );
    let work = start;
    const draw = async (nth: number) => {
      work = acts[0]!(work, nth);
      keeper.see(shown(work));
      await all();
    };
    await draw(1);
    full = true;
    await draw(2);
    await draw(3);
    full = false;
    await draw(4);
    expect(told.length).toBe(1);
    expect(read(files.get('j1')!).history.design).toEqual(work.history.design);
  });

  it('writes all anew when there is time, after many lines', async () => {
    const { shelf, files, all } = slowShelf();
    const keeper = made(shelf);
    let work = start;
    for (let nth = 0; nth < 320; nth++) {
      work = acts[1]!(work, nth);
      keeper.see(shown(work));
      await all();
    }
    expect(files.get('j1')!.split('\n').length).toBeLessThan(100);
    expect(read(files.get('j1')!).history.design).toEqual(work.history.design);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { conflictOf } from '../../renderer/documents/conflict.ts';
import { exportFile } from '../../renderer/documents/files.ts';
import { recover } from '../../renderer/documents/work.ts';
import { drawnAhead, takeDrawn } from '../../renderer/features/canvas/drawn-ahead.ts';
import { FlowModel } from '../../renderer/features/canvas/flow-model.ts';
import { documentOf, isDirty } from '../../renderer/state/app-state.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { setName } from '../../shared/graph/edits.ts';
import { residualNetwork } from '../bench/large-design.ts';
import { chain, designFrom, type OpenedApp, openChain, startApp } from './open-app.ts';

const bytes = (spec: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(spec));
const nameIn = ({ host }: OpenedApp, file: string): unknown =>
  JSON.parse(new TextDecoder().decode(host.files.get(file))).name;
const name = ({ state }: OpenedApp): string => documentOf(state()).name;
/** What was promised before this has happened. */
const settled = (): Promise<void> =>
  vi.waitFor(() => undefined).then(() => new Promise((done) => setTimeout(done, 0)));
const change = ({ app }: OpenedApp, to = 'Changed'): void =>
  app.getState().edit('Rename design', setName(to));
const asked = (t: OpenedApp): Promise<void> =>
  vi.waitFor(() => expect(t.state().question).toBeDefined(), { interval: 1 });

it('a large design is made ready for the canvas before it is shown, as the canvas would make it', async () => {
  const t = startApp();
  t.host.files.set('large.netwright.json', new TextEncoder().encode(writeSpec(residualNetwork(1200))));
  t.host.picks.push('large.netwright.json');
  await t.run('open');
  const { history, analysis, direction } = t.state();
  const { design } = history;
  const { model, spatial } = drawnAhead(design)!;
  const nodes = model.nodes(design, analysis, new Set(), direction);
  expect(spatial.nodes).toBe(nodes);
  expect(spatial.ways).toEqual([...model.ways(design.wires).values()]);
  const afresh = new FlowModel();
  expect(nodes).toEqual(afresh.nodes(design, analysis, new Set(), direction));
  expect(spatial.ways).toEqual([...afresh.ways(design.wires).values()]);
  takeDrawn(design);
  expect(drawnAhead(design)).toBeUndefined();
});

describe('the dirty mark', () => {
  it('is there while the design is not what is in the file, whichever way it went', async () => {
    const t = openChain();
    expect(isDirty(t.state())).toBe(false);
    expect(t.host.shown).toEqual({ name: 'chain.netwright.json', dirty: false });
    change(t);
    expect(t.host.shown.dirty).toBe(true);
    await t.run('undo');
    expect(t.host.shown.dirty).toBe(false);
    await t.run('redo');
    await t.run('save');
    expect(t.host.shown.dirty).toBe(false);
    await t.run('undo');
    expect(t.host.shown.dirty).toBe(true);
    // What was changed and changed back is what it was.
    change(t);
    expect(t.host.shown.dirty).toBe(false);
  });

  it('stays with what was edited while the file was written', async () => {
    const t = openChain();
    change(t, 'Written');
    const saving = t.run('save');
    change(t, 'Later');
    await saving;
    expect(nameIn(t, 'chain.netwright.json')).toBe('Written');
    expect(isDirty(t.state())).toBe(true);
  });

  it('means nothing on the start page', async () => {
    const t = openChain();
    change(t);
    const going = t.run('start');
    await asked(t);
    t.answer('discard');
    await going;
    expect(t.host.shown).toEqual({ name: 'Netwright', dirty: false });
  });
});

describe('unsaved work', () => {
  it.each(['new', 'open', 'start'])('is asked about before %s takes it away', async (command) => {
    const t = openChain();
    t.host.files.set('other.netwright.json', bytes({ ...chain, name: 'Other' }));
    t.host.picks.push('other.netwright.json');
    change(t);
    const going = t.run(command);
    await asked(t);
    expect(t.state().question?.title).toBe('Save the changes to Changed?');
    t.answer(undefined);
    await going;
    expect(name(t)).toBe('Changed');
    expect(t.state().screen).toBe('editor');
    expect(isDirty(t.state())).toBe(true);
  });

  it('is saved when told to, and then goes', async () => {
    const t = openChain();
    change(t);
    const going = t.run('new');
    await asked(t);
    t.answer('save');
    await going;
    expect(nameIn(t, 'chain.netwright.json')).toBe('Changed');
    expect(t.state().file).toBeUndefined();
  });

  it('stays while saving fails, with the reason in the question', async () => {
    const t = openChain();
    change(t);
    t.host.refusals.push({ kind: 'failed', reason: 'The disk is full.' });
    const going = t.run('new');
    await asked(t);
    t.answer('save');
    await vi.waitFor(() => expect(t.state().question?.text).toContain('The disk is full.'), { interval: 1 });
    t.answer(undefined);
    await going;
    expect(name(t)).toBe('Changed');
  });
});

describe('saving', () => {
  it('asks for a place where there is none, and proposes the name of the design', async () => {
    const t = startApp();
    t.app.getState().open({ ...designFrom(chain), name: 'My first net!' });
    t.host.places.push('my.netwright.json');
    await t.run('save');
    expect(t.state().file?.name).toBe('my.netwright.json');
    expect(t.host.recent.map((file) => file.name)).toEqual(['my.netwright.json']);
    change(t);
    await t.run('save');
    expect(nameIn(t, 'my.netwright.json')).toBe('Changed');
  });

  it('that is cancelled leaves all as it is', async () => {
    const t = openChain();
    change(t);
    await t.run('saveAs');
    expect(isDirty(t.state())).toBe(true);
    expect(t.host.files.size).toBe(0);
    expect(t.state().notice).toBeUndefined();
  });

  it('that fails is told, and nothing is lost', async () => {
    const t = openChain();
    change(t);
    t.host.refusals.push({ kind: 'failed', reason: 'The disk is full.' });
    await t.run('save');
    expect(t.state().notice).toMatchObject({
      kind: 'error',
      title: 'chain.netwright.json could not be saved',
      lines: ['The disk is full.'],
    });
    expect(isDirty(t.state())).toBe(true);
  });

  it('never goes over what another program made of the file without being told to', async () => {
    const t = openChain();
    change(t);
    t.host.refusals.push({ kind: 'changed', reason: '' });
    await t.run('save');
    expect(conflictOf(t.app).getState().file?.name).toBe('chain.netwright.json');
    expect(isDirty(t.state())).toBe(true);
    expect(t.host.files.size).toBe(0);
  });

  it('and opening again gives the same design', async () => {
    const t = openChain();
    await t.run('save');
    const before = documentOf(t.state());
    t.host.picks.push('chain.netwright.json');
    await t.run('open');
    expect(documentOf(t.state())).toEqual(before);
  });
});

describe('opening', () => {
  it('shows what is wrong with a file, and leaves what is open', async () => {
    const t = openChain();
    t.host.files.set('bad.netwright.json', new TextEncoder().encode('{ "netwright": 2, "nodes": ['));
    t.host.picks.push('bad.netwright.json');
    await t.run('open');
    expect(t.state().notice).toMatchObject({
      kind: 'error',
      title: 'bad.netwright.json could not be opened',
    });
    expect(t.state().notice?.lines[0]).toMatch(/^\d+:\d+/);
    expect(name(t)).toBe('Chain');
  });

  it.each([
    ['net.safetensors', 'weights without their network'],
    ['scores.NPZ', 'weights without their network'],
    ['model.tflite', 'a TensorFlow Lite model'],
  ])('says of %s what it is, whatever is in it', async (file, what) => {
    const t = openChain();
    t.host.files.set(file, Uint8Array.of(0xff, 0xfe));
    t.host.picks.push(file);
    await t.run('open');
    expect(t.state().notice?.title).toBe(`${file} could not be opened`);
    expect(t.state().notice?.lines[0]).toContain(what);
    expect(name(t)).toBe('Chain');
  });

  it('places what has no places', async () => {
    const t = startApp();
    const { layout: _, ...bare } = chain;
    t.host.files.set('bare.netwright.json', bytes(bare));
    t.host.picks.push('bare.netwright.json');
    await t.run('open');
    expect(Object.keys(documentOf(t.state()).layout)).toHaveLength(5);
    expect(isDirty(t.state())).toBe(false);
  });

  it('from outside is asked about as any other', async () => {
    const t = openChain();
    change(t);
    t.host.files.set('other.netwright.json', bytes({ ...chain, name: 'Other' }));
    t.host.tell('fileOpened', t.host.opened('other.netwright.json'));
    await asked(t);
    t.answer('discard');
    await vi.waitFor(() => expect(name(t)).toBe('Other'), { interval: 1 });
  });

  it('a command of the native menu is performed, and an unknown one does nothing', async () => {
    const t = openChain();
    t.host.tell('command', { id: 'theme.dark' });
    t.host.tell('command', { id: 'no-such-command' });
    await settled();
    expect(t.state().theme).toBe('dark');
    expect(t.state().notice).toBeUndefined();
  });
});

describe('closing the window', () => {
  it('asks, and then ends it', async () => {
    const t = openChain();
    change(t);
    t.host.tell('closeAsked', {});
    await asked(t);
    t.answer(undefined);
    await settled();
    expect(t.host.closed).toBe(false);
    t.host.tell('closeAsked', {});
    await asked(t);
    t.answer('discard');
    await vi.waitFor(() => expect(t.host.closed).toBe(true), { interval: 1 });
  });
});

describe('the journal', () => {
  const kept = ({ host }: OpenedApp): string => [...host.journals.values()].join('');

  it('keeps what was not saved, and brings it back after a crash with what can be undone', async () => {
    const t = openChain();
    const before = name(t);
    change(t, 'Nearly lost');
    await settled();
    expect(kept(t)).toContain('Nearly lost');
    const next = startApp();
    next.host.journals.set('journal', kept(t));
    const recovering = recover(next.app, true);
    await asked(next);
    next.answer('restore');
    await recovering;
    expect(name(next)).toBe('Nearly lost');
    expect(isDirty(next.state())).toBe(true);
    next.state().undo();
    expect(name(next)).toBe(before);
  });

  it('ends when it is saved, or not wanted', async () => {
    const t = openChain();
    change(t, 'Saved in time');
    await settled();
    await t.run('save');
    await settled();
    expect(kept(t)).toBe('');
  });

  it('is dropped when told to, kept when not answered, and set aside where it cannot be read', async () => {
    const t = openChain();
    change(t, 'Not wanted');
    await settled();
    const next = startApp();
    next.host.journals.set('journal', kept(t));
    for (const [answer, left] of [
      [undefined, 1],
      ['drop', 0],
    ] as const) {
      const recovering = recover(next.app, true);
      await asked(next);
      next.answer(answer);
      await recovering;
      expect(next.host.journals.size).toBe(left);
    }
    next.host.journals.set('journal', 'nonsense');
    await recover(next.app, true);
    expect(next.state().question).toBeUndefined();
    expect([...next.host.aside.values()]).toEqual(['nonsense']);
    expect(next.state().notice?.title).toContain('set aside');
  });

  it('is not offered where its file holds the same, and is where that holds something else', async () => {
    for (const [inFile, isAsked] of [
      ['Saved to the end', false],
      ['Saved later by another', true],
    ] as const) {
      const t = openChain();
      change(t, 'Saved to the end');
      await settled();
      const next = startApp();
      next.host.journals.set('journal', kept(t));
      const { takeJournal } = next.host;
      const written = writeSpec({ ...documentOf(t.state()), name: inFile });
      const content = createHash('sha256').update(written).digest('hex');
      Object.assign(next.host, {
        takeJournal: async (request: { readonly journal: string }) => ({
          ...(await takeJournal(request)),
          file: { grant: 'file', name: 'net.netwright.json', changed: false, content },
        }),
      });
      const recovering = recover(next.app, true);
      if (isAsked) {
        await asked(next);
        next.answer('restore');
      }
      await recovering;
      expect(name(next)).toBe(isAsked ? 'Saved to the end' : 'Untitled');
      if (!isAsked) expect(next.host.journals.size).toBe(0);
    }
  });

  it('of which one cannot be had is told with its reason; the others are offered', async () => {
    const t = openChain();
    change(t, 'Nearly lost');
    await settled();
    const next = startApp();
    next.host.journals.set('broken', '').set('whole', kept(t));
    const { takeJournal } = next.host;
    Object.assign(next.host, {
      takeJournal: async (request: { readonly journal: string }) => {
        if (request.journal === 'broken') throw new Error('The disk reports an error.');
        return takeJournal(request);
      },
    });
    const recovering = recover(next.app, true);
    await asked(next);
    expect(next.state().notice).toMatchObject({ lines: ['kept', 'The disk reports an error.'] });
    next.answer('restore');
    await recovering;
    expect(name(next)).toBe('Nearly lost');
  });
});

describe('names that would steer the text around them', () => {
  const steering = 'a\u202egnp.\u0007net';

  it('do not in what is told, nor in the title', async () => {
    const t = startApp();
    const file = `${steering}.netwright.json`;
    t.host.files.set(file, bytes('{')).set(`b${file}`, bytes(chain));
    t.host.picks.push(file, `b${file}`);
    await t.run('open');
    expect(t.state().notice?.title).toBe('a\ufffdgnp.\ufffdnet.netwright.json could not be opened');
    await t.run('open');
    expect(t.host.shown.name).toBe('ba\ufffdgnp.\ufffdnet.netwright.json');
    // The file itself is called as it is.
    expect(t.state().file?.name).toBe(`b${file}`);
  });
});

describe('exporting', () => {
  it('tells what could not be written, and why', async () => {
    const t = openChain();
    t.host.refusals.push(new Error('The disk is full.'));
    await exportFile(t.app, 'net.svg', new Uint8Array());
    expect(t.state().notice).toMatchObject({
      kind: 'error',
      title: 'net.svg could not be saved',
      lines: ['The disk is full.'],
    });
    t.host.places.push('net.svg');
    await exportFile(t.app, 'net.svg', new Uint8Array(3));
    expect(t.host.files.get('net.svg')).toHaveLength(3);
  });
});

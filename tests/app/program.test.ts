import { describe, expect, it, vi } from 'vitest';
import { fromHost } from '../../renderer/documents/file-to-open.ts';
import { openFile } from '../../renderer/documents/files.ts';
import { readAgain } from '../../renderer/documents/follow-program.ts';
import { followedOf } from '../../renderer/documents/program.ts';
import { createMemoryApp } from '../../renderer/gallery/memory-app.ts';
import { isDirty } from '../../renderer/state/app-state.ts';
import type { ProgramDesign, ProgramModules } from '../../shared/host/contract.ts';
import { startApp } from './open-app.ts';

const FILE = 'model.py';

const spec = (channels: number, second = false) => ({
  netwright: 3,
  name: 'Net',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels, padding: 1 } },
    ...(second ? [{ id: 'act', kind: 'relu', from: 'conv' }] : []),
    { id: 'output', kind: 'output', from: second ? 'act' : 'conv' },
  ],
});

const designed = (of: unknown, remarks: readonly string[] = []): ProgramDesign => ({
  failure: null,
  bytes: new TextEncoder().encode(JSON.stringify(of)),
  remarks,
  weights: null,
});
const failing = (code: 'failed' | 'no-torch', ...lines: readonly string[]) => ({ code, lines }) as const;
const one: ProgramModules = { failure: null, modules: ['Net'], main: 'Net', inputs: [[3, 16, 16]] };

function withProgram(modules: ProgramModules, design: () => ProgramDesign) {
  const opened = startApp();
  opened.host.files.set(FILE, new Uint8Array());
  const traced: string[] = [];
  opened.host.programs.set(FILE, {
    modules,
    design: (module) => {
      traced.push(module);
      return design();
    },
  });
  opened.host.picks.push(FILE);
  return { ...opened, traced, followed: () => followedOf(opened.app).getState().followed };
}

const channelsOf = ({ history }: ReturnType<ReturnType<typeof startApp>['state']>) =>
  history.design.nodes.conv?.params.channels;

describe('a program of PyTorch, opened', () => {
  it('is its module as a design, which has no file of its own to be written to', async () => {
    const { run, state, followed } = withProgram(one, () =>
      designed(spec(8), ['model.py:9: fft has no layer here']),
    );
    await run('open');
    expect(channelsOf(state())).toBe(8);
    expect(state().file).toBeUndefined();
    expect(state().foreign).toBe(true);
    expect(state().notice?.lines.join()).toContain('model.py:9: fft has no layer here');
    expect(followed()).toMatchObject({ state: 'current', program: { module: 'Net' } });
  });

  it('that has several modules asks which, and one that says no input asks how large it is', async () => {
    const several = { ...one, modules: ['Net', 'Odd'], main: null, inputs: null };
    const { run, state, answer, traced, followed } = withProgram(several, () => designed(spec(8)));
    const opening = run('open');
    await vi.waitFor(() => expect(state().question?.title).toBe('Which module of model.py?'));
    expect(state().question?.choices.map(({ id }) => id)).toEqual(['Net', 'Odd']);
    answer('Odd');
    await vi.waitFor(() => expect(state().question?.title).toBe('How large is the input of model.py:Odd?'));
    answer('open');
    await opening;
    expect(traced).toEqual(['Odd']);
    expect(followed()?.program.inputs).toEqual([[3, 224, 224]]);
  });

  it('that may not be run leaves what is open, without a word', async () => {
    const declined = { ...one, failure: { code: 'declined', lines: [] } } as const;
    const { run, state } = withProgram(declined, () => designed(spec(8)));
    await run('open');
    expect(state().screen).toBe('start');
    expect(state().notice).toBeUndefined();
  });

  it('says what it lacks: a Python with torch, a module, or what is wrong in it and where', async () => {
    const cases = [
      [
        { ...one, failure: failing('no-torch', '/usr/bin/python3') },
        /None of \/usr\/bin\/python3 has torch\..*pip install torch/,
      ],
      [{ ...one, modules: [], main: null }, /no module that is made without arguments/],
      [
        { ...one, failure: failing('failed', 'model.py:3: SyntaxError: invalid syntax') },
        /model\.py:3: SyntaxError/,
      ],
    ] as const;
    for (const [modules, said] of cases) {
      const { run, state } = withProgram(modules, () => designed(spec(8)));
      await run('open');
      expect(state().notice?.title).toBe('model.py could not be opened');
      expect(state().notice?.lines.join(' ')).toMatch(said);
      expect(state().screen).toBe('start');
    }
  });

  it('is not run by a page in a browser, which says what to do', async () => {
    const { app, host } = createMemoryApp({
      language: 'en',
      arrange: async () => ({}),
      about: '',
      kind: 'browser',
    });
    host.files.set(FILE, new Uint8Array());
    await openFile(app, fromHost(app, host.opened(FILE)));
    expect(app.getState().notice?.lines.join(' ')).toMatch(
      /in a browser cannot run it.*desktop.*netwright convert model\.py/,
    );
  });
});

describe('a program that is saved', () => {
  it('is read again: shapes, costs and findings are those of what it says now; undo brings back what was', async () => {
    let now = designed(spec(8));
    const { run, state, host, followed, label } = withProgram(one, () => now);
    await run('open');
    // 3·9·8 + 8, then with twice the filters.
    expect(state().whole.analysis.totals.params).toBe(224);
    const { layout } = state().history.design;
    now = designed(spec(16));
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(channelsOf(state())).toBe(16));
    expect(state().whole.analysis.totals.params).toBe(448);
    expect(state().history.design.layout).toEqual(layout);
    expect(label()).toBe('model.py was saved');
    expect(isDirty(state())).toBe(false);
    expect(followed()?.state).toBe('current');
    now = designed(spec(16, true));
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(state().history.design.nodes.act).toBeDefined());
    expect(state().history.design.layout.act).toBeDefined();
    await run('undo');
    await run('undo');
    expect(channelsOf(state())).toBe(8);
  });

  it('keeps the budget and the rules that are said here', async () => {
    let now = designed(spec(8));
    const { run, state, host } = withProgram(one, () => now);
    await run('open');
    state().editDocument('Budget', (draft) => {
      draft.budget = { limits: { params: { kind: 'absolute', max: 300 } } };
    });
    expect(state().budget.within).toBe(true);
    now = designed(spec(16));
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(channelsOf(state())).toBe(16));
    // 448 parameters are over the 300 that are allowed here.
    expect(state().budget.within).toBe(false);
  });

  it('in the middle of a word tells what is wrong, and the design stays until it is mended', async () => {
    let now = designed(spec(8));
    const { run, state, host, followed } = withProgram(one, () => now);
    await run('open');
    now = { ...designed({}), failure: failing('failed', 'model.py:12: SyntaxError: invalid syntax') };
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(followed()?.state).toBe('failed'));
    expect(followed()?.problems[0]?.message).toContain('model.py:12');
    expect(channelsOf(state())).toBe(8);
    now = designed(spec(16));
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(followed()?.state).toBe('current'));
    expect(channelsOf(state())).toBe(16);
  });

  it('while the design was changed here waits until the user takes it over', async () => {
    let now = designed(spec(8));
    const { app, run, state, host, followed } = withProgram(one, () => now);
    await run('open');
    state().edit('Width', (draft) => {
      draft.nodes.conv!.params = { ...draft.nodes.conv!.params, channels: 24 };
    });
    now = designed(spec(16));
    host.tell('programSaved', { ticket: FILE });
    await vi.waitFor(() => expect(followed()?.state).toBe('waiting'));
    expect(channelsOf(state())).toBe(24);
    await readAgain(app, 'own changes');
    expect(channelsOf(state())).toBe(16);
    await run('undo');
    expect(channelsOf(state())).toBe(24);
  });

  it('whose design is no longer open is run no more', async () => {
    const { run, state, host, followed, traced } = withProgram(one, () => designed(spec(8)));
    await run('open');
    await run('new');
    expect(followed()).toBeUndefined();
    expect(host.asked).toContain(`stop ${FILE}`);
    host.tell('programSaved', { ticket: FILE });
    expect(traced).toEqual(['Net']);
    expect(Object.keys(state().history.design.nodes)).toEqual([]);
  });
});

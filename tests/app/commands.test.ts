import { Fragment } from 'react';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../renderer/commands/faults.ts';
import type { Feature } from '../../renderer/commands/feature.ts';
import { commandsAt, hostMenus } from '../../renderer/commands/menu-model.ts';
import { versionsOf } from '../../renderer/documents/versions.ts';
import { keepsOnClose } from '../../renderer/documents/work.ts';
import { quickAddingOf } from '../../renderer/features/canvas/quick-adding.ts';
import { workingOf } from '../../renderer/features/exercises/working.ts';
import { exportChoicesOf } from '../../renderer/features/exports/choices.ts';
import { readingOf } from '../../renderer/features/reference/reference-state.ts';
import { sceneOf } from '../../renderer/features/scene3d/scene-store.ts';
import { shareText } from '../../renderer/features/share/shared-text.ts';
import { touringOf } from '../../renderer/features/tour/tour.ts';
import { dictionaries } from '../../renderer/i18n/i18n.ts';
import { features } from '../../renderer/shell/features.ts';
import { windowOf } from '../../renderer/shell/window.ts';
import { designOf, documentOf, isDirty } from '../../renderer/state/app-state.ts';
import { comparedOf } from '../../renderer/state/compared.ts';
import { ownRulesOf } from '../../renderer/state/own-rules.ts';
import { openRulesOf } from '../../renderer/state/rule-view.ts';
import { steeringOf } from '../../renderer/state/steering.ts';
import { exportForms } from '../../shared/formats/exports/forms.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { setLimit, setName, setParams } from '../../shared/graph/edits.ts';
import { languageNames } from '../../shared/languages/names.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { chain, type OpenedApp, openChain, startApp } from './open-app.ts';

/** What a command needs before it, and what has come of it. */
interface Expected {
  readonly before?: (t: OpenedApp) => void | Promise<void>;
  /** What undo is called after it. */
  readonly label?: string;
  readonly after?: (t: OpenedApp) => void;
}

/** Where something is that is nowhere. */
const box = () => ({ x: 0, y: 0, width: 0, height: 0 });
const select =
  (...ids: readonly string[]) =>
  ({ app }: OpenedApp): void =>
    app.getState().select(ids);
const places = ({ state }: OpenedApp, axis: 'x' | 'y'): readonly number[] =>
  ['conv', 'relu1', 'relu2'].map((id) => designOf(state()).layout[id]![axis]);
const ids = ({ state }: OpenedApp): readonly string[] => Object.keys(designOf(state()).nodes);
const saved =
  (name: string) =>
  ({ host }: OpenedApp): void => {
    host.places.push(name);
  };
const text = ({ host }: OpenedApp, name: string): string => new TextDecoder().decode(host.files.get(name));

/** Nodes at uneven places. */
async function scatter({ app }: OpenedApp): Promise<void> {
  app.getState().edit('Scatter', (draft) => {
    Object.assign(draft.layout, {
      conv: { x: 10, y: 40 },
      relu1: { x: 80, y: 20 },
      relu2: { x: 210, y: 90 },
    });
  });
  app.getState().select(['conv', 'relu1', 'relu2']);
}

async function group(t: OpenedApp): Promise<void> {
  t.app.getState().select(['conv', 'relu1']);
  await t.run('group');
}

const ownExercise =
  '{ "exercise": 1, "title": "Own", "task": "Keep it.", "start": "zoo:lenet", "keepShapes": true }';

const expected: Readonly<Record<string, Expected>> = {
  new: {
    after: (t) => {
      expect(ids(t)).toEqual([]);
      expect(t.state().file).toBeUndefined();
    },
  },
  open: {
    before: ({ host }) => {
      const other = { ...chain, name: 'Other' };
      host.files.set('other.netwright.json', new TextEncoder().encode(JSON.stringify(other)));
      host.picks.push('other.netwright.json');
    },
    after: (t) => {
      expect(documentOf(t.state()).name).toBe('Other');
      expect(t.host.recent[0]?.name).toBe('other.netwright.json');
    },
  },
  start: { after: (t) => expect(t.state().screen).toBe('start') },
  save: {
    before: (t) => t.app.getState().edit('Name', setName('Renamed')),
    after: (t) => {
      expect(JSON.parse(text(t, 'chain.netwright.json'))).toMatchObject({ name: 'Renamed' });
      expect(isDirty(t.state())).toBe(false);
    },
  },
  saveAs: {
    before: saved('elsewhere.netwright.json'),
    after: (t) => {
      expect(JSON.parse(text(t, 'elsewhere.netwright.json'))).toMatchObject({ name: 'Chain' });
      expect(t.state().file?.name).toBe('elsewhere.netwright.json');
    },
  },
  undo: {
    before: async (t) => {
      select('relu2')(t);
      await t.run('delete');
    },
    after: (t) => {
      expect(ids(t)).toContain('relu2');
      expect(t.state().selection).toEqual(['relu2']);
    },
  },
  redo: {
    before: async (t) => {
      select('relu2')(t);
      await t.run('delete');
      await t.run('undo');
    },
    label: 'Delete relu2',
    after: (t) => expect(ids(t)).not.toContain('relu2'),
  },
  cut: {
    before: select('relu2'),
    label: 'Cut',
    after: (t) => {
      expect(t.clipboard.text).toContain('relu2');
      expect(ids(t)).not.toContain('relu2');
    },
  },
  copy: {
    before: select('relu1', 'relu2'),
    after: (t) => {
      const read = readSpec(t.clipboard.text);
      expect(read.ok && Object.keys(read.value.nodes)).toEqual(['relu1', 'relu2']);
    },
  },
  insertOnWire: {
    before: (t) => t.app.getState().selectWires(['conv:out>relu1:in']),
    after: (t) =>
      expect(quickAddingOf(t.app).getState().adding).toMatchObject({
        wire: 'conv:out>relu1:in',
        fedBy: [1, 8, 16, 16],
      }),
  },
  turnWheel: {
    after: (t) => {
      expect(t.state().wheel).toBe('pan');
      expect(t.storage.kept.get('wheel')).toBe('pan');
    },
  },
  toggleStages: {
    after: (t) => {
      expect(t.state().stages).toBe(false);
      expect(t.storage.kept.get('stages')).toBe('off');
    },
  },
  addNote: {
    label: 'Add a note',
    after: (t) => {
      expect(designOf(t.state()).canvas.notes).toHaveLength(1);
      expect(t.state().items).toEqual([{ part: 'notes', index: 0 }]);
    },
  },
  addFrame: {
    before: select('conv', 'relu1'),
    label: 'Add a frame',
    after: (t) => {
      const [frame] = designOf(t.state()).canvas.frames;
      const { conv, relu1 } = designOf(t.state()).layout;
      for (const at of [conv!, relu1!]) {
        expect(at.x).toBeGreaterThan(frame!.at.x);
        expect(at.y).toBeGreaterThan(frame!.at.y);
        expect(at.x + 176).toBeLessThan(frame!.at.x + frame!.size.width);
        expect(at.y + 66).toBeLessThan(frame!.at.y + frame!.size.height);
      }
    },
  },
  paste: {
    before: async (t) => {
      select('relu1', 'relu2')(t);
      await t.run('copy');
    },
    label: 'Paste',
    after: (t) => {
      expect(ids(t)).toHaveLength(7);
      expect(t.state().selection).toHaveLength(2);
    },
  },
  duplicate: { before: select('conv'), label: 'Duplicate', after: (t) => expect(ids(t)).toHaveLength(6) },
  delete: {
    before: select('relu2'),
    label: 'Delete relu2',
    after: (t) => {
      expect(ids(t)).not.toContain('relu2');
      expect(t.state().selection).toEqual([]);
    },
  },
  deleteBridge: {
    before: select('relu2'),
    label: 'Delete and join the wires',
    after: (t) => expect(Object.values(designOf(t.state()).wires).at(-1)?.from.node).toBe('relu1'),
  },
  bypass: {
    before: select('relu2'),
    label: 'Bypass',
    after: (t) => expect(designOf(t.state()).nodes.relu2?.bypass).toBe(true),
  },
  rename: {
    before: (t) => {
      select('conv')(t);
      t.app.focus.offer('inspector.name', { focus: () => t.asked.push('name'), has: () => false, box });
    },
    after: (t) => expect(t.asked).toContain('name'),
  },
  connectTo: { before: select('conv'), after: (t) => expect(t.state().overlay).toBe('connect') },
  selectAll: { after: (t) => expect(t.state().selection).toEqual(ids(t)) },
  selectUpstream: {
    before: select('relu1'),
    after: (t) => expect([...t.state().selection].sort()).toEqual(['conv', 'input', 'relu1']),
  },
  selectDownstream: {
    before: select('relu1'),
    after: (t) => expect([...t.state().selection].sort()).toEqual(['output', 'relu1', 'relu2']),
  },
  find: { after: (t) => expect(t.state().overlay).toBe('find') },
  fit: { after: (t) => expect(t.asked).toEqual(['fit']) },
  fullSize: { after: (t) => expect(t.asked).toEqual(['full']) },
  zoomSelection: { before: select('conv'), after: (t) => expect(t.asked).toEqual(['show conv']) },
  zoomIn: { after: (t) => expect(t.asked).toEqual(['zoomIn']) },
  zoomOut: { after: (t) => expect(t.asked).toEqual(['zoomOut']) },
  layoutBest: {
    before: scatter,
    label: 'Arrange',
    after: (t) => {
      // Three in a row are read as well as three in a column.
      expect(t.state().direction).toBe('right');
      expect(places(t, 'y')).toEqual([0, 0, 0]);
    },
  },
  layoutRight: {
    before: scatter,
    label: 'Arrange',
    after: (t) => {
      expect(places(t, 'y')).toEqual([0, 0, 0]);
      expect(t.asked).toEqual(['glide', 'fit']);
    },
  },
  layoutDown: {
    label: 'Arrange',
    after: (t) => {
      expect(t.state().direction).toBe('down');
      expect(places(t, 'x')).toEqual([0, 0, 0]);
    },
  },
  alignTop: { before: scatter, label: 'Align', after: (t) => expect(places(t, 'y')).toEqual([20, 20, 20]) },
  alignLeft: { before: scatter, label: 'Align', after: (t) => expect(places(t, 'x')).toEqual([10, 10, 10]) },
  distributeRight: {
    before: scatter,
    label: 'Distribute',
    after: (t) => expect(places(t, 'x')).toEqual([10, 110, 210]),
  },
  distributeDown: {
    before: scatter,
    label: 'Distribute',
    after: (t) => expect(places(t, 'y')).toEqual([55, 20, 90]),
  },
  quickAdd: { after: (t) => expect(t.state().overlay).toBe('add') },
  group: {
    before: select('conv', 'relu1'),
    label: 'Group into block1',
    after: (t) => {
      expect(Object.keys(documentOf(t.state()).blocks)).toEqual(['block1']);
      expect(t.state().selection).toHaveLength(1);
    },
  },
  openBlock: {
    before: group,
    after: (t) => {
      expect(t.state().block).toBe('block1');
      expect(ids(t)).toEqual(expect.arrayContaining(['conv', 'relu1']));
    },
  },
  turnInPlace: {
    before: group,
    after: (t) => {
      const { inPlace, trail, selection } = t.state();
      expect({ inPlace: [...inPlace], trail, selection }).toEqual({
        inPlace: ['block1'],
        trail: [],
        selection: ['block1'],
      });
    },
  },
  leaveBlock: {
    before: async (t) => {
      await group(t);
      await t.run('openBlock');
    },
    after: (t) => expect(t.state().trail).toEqual([]),
  },
  unpack: {
    before: group,
    label: 'Unpack block1',
    after: (t) => expect([...t.state().selection].sort()).toEqual(['conv', 'relu1']),
  },
  fold: {
    after: (t) => expect(t.state().notice?.title).toBe('The design holds no structure of a block'),
  },
  // The menu is the inspector's: see the browser's own test of it.
  swap: {
    before: (t) => {
      t.app.getState().select(['conv']);
      t.app.focus.offer('inspector.swap', {
        focus: () => t.app.getState().say('asked'),
        has: () => false,
        box,
      });
    },
    after: (t) => expect(t.state().word?.text).toBe('asked'),
  },
  'compare.keep': {
    after: (t) => expect(comparedOf(t.app).getState().others[0]?.design).toBe(documentOf(t.state())),
  },
  'compare.onCanvas': {
    before: (t) => t.run('compare.keep'),
    after: (t) => expect(comparedOf(t.app).getState().difference?.rows.get('conv')?.change).toBe('same'),
  },
  'compare.open': {
    before: (t) => t.run('compare.keep'),
    after: (t) => {
      expect(comparedOf(t.app).getState().onCanvas).toBe(true);
      expect(t.state().word?.text).toBe('No block differs inside.');
    },
  },
  'compare.beside': {
    before: (t) => t.run('compare.keep'),
    after: (t) => expect(comparedOf(t.app).getState().beside).toBe(true),
  },
  // Running both needs the page's worker: see the browser's own test of it.
  'compare.same': { after: (t) => expect(t.state().notice?.title).toBe('There is nothing to compare with') },
  ...Object.fromEntries(
    (['md', 'csv', 'svg'] as const).map((ending): [string, Expected] => [
      `compare.${ending === 'md' ? 'markdown' : ending}`,
      {
        before: async (t) => {
          await t.run('compare.keep');
          t.app.getState().edit('wider', setParams(['conv'], { channels: 16 }));
          t.host.places.push(`compared.${ending}`);
        },
        // 16 · (3·3·3 + 1) instead of 8 · (3·3·3 + 1) parameters.
        after: (t) => expect(text(t, `compared.${ending}`)).toContain('224'),
      },
    ]),
  ),
  'fit.open': { after: (t) => expect(t.state().panel).toBe('fit') },
  'fit.find': {
    before: (t) => {
      t.app.getState().open(zooEntry('lenet')!.build());
      t.app.getState().editDocument('limit', setLimit('macs', { kind: 'absolute', max: 2_000_000 }));
    },
    after: (t) => expect(steeringOf(t.app).getState().found?.outcome.kind).toBe('found'),
  },
  'fit.turn': {
    before: select('conv'),
    after: (t) => {
      expect(t.state().panel).toBe('fit');
      const { known, asked } = steeringOf(t.app).getState();
      expect(asked).toEqual(['conv']);
      expect(known?.knobs.map(({ id }) => id)).toContain('conv.kernel');
    },
  },
  'fit.stop': {
    before: (t) => steeringOf(t.app).setState({ task: new AbortController() }),
    after: (t) => expect(steeringOf(t.app).getState().task?.signal.aborted).toBe(true),
  },
  pin: {
    label: 'Pin as baseline',
    after: (t) => expect(documentOf(t.state()).budget.baseline?.name).toBe('Chain'),
  },
  unpin: {
    before: (t) => t.run('pin'),
    label: 'Remove the baseline',
    after: (t) => expect(documentOf(t.state()).budget.baseline).toBeUndefined(),
  },
  run: {
    before: (t) => {
      t.app.focus.offer('run.input', { focus: () => t.asked.push('input'), has: () => false, box });
    },
    after: (t) => {
      expect(t.state().panel).toBe('run');
      expect(t.asked).toEqual(['input']);
    },
  },
  openTimes: {
    before: (t) => {
      const results = { conv: { value: 3 }, nobody: { value: 1 } };
      t.host.files.set('times.json', new TextEncoder().encode(JSON.stringify({ results })));
      t.host.picks.push('times.json');
    },
    after: (t) => {
      expect(t.state().panel).toBe('run');
      expect(t.state().runTimes?.total).toBe(3);
    },
  },
  export: {
    before: (t) => t.app.getState().countBy('flops2'),
    after: (t) => {
      expect(t.state().overlay).toBe('export');
      expect(exportChoicesOf(t.app).getState().options.convention).toBe('flops2');
    },
  },
  exportModel: {
    before: saved('chain.onnx'),
    after: (t) => expect(t.host.files.get('chain.onnx')?.length).toBeGreaterThan(100),
  },
  exportPyTorch: {
    before: saved('chain.py'),
    after: (t) => expect(text(t, 'chain.py')).toContain('nn.Conv2d(3, 8'),
  },
  exportKeras: {
    before: saved('chain.keras.py'),
    after: (t) => expect(text(t, 'chain.keras.py')).toContain('Conv2D'),
  },
  exportWeights: {
    before: saved('chain.safetensors'),
    after: (t) => expect(t.host.files.get('chain.safetensors')?.length).toBeGreaterThan(8 * 27 * 4),
  },
  exportSpec: {
    before: saved('copy.netwright.json'),
    after: (t) => {
      expect(JSON.parse(text(t, 'copy.netwright.json'))).toMatchObject({ name: 'Chain' });
      // A copy is not the document.
      expect(t.state().file?.name).toBe('chain.netwright.json');
    },
  },
  'panel.whole': { after: (t) => expect(t.state().panelWhole).toBe(true) },
  'scene.fly': {
    before: select('conv'),
    after: (t) => {
      expect(t.state().panel).toBe('scene');
      expect(sceneOf(t.app).getState().flight.nodes).toEqual(['conv']);
    },
  },
  nextPart: {
    before: (t) => {
      t.app.focus.offer('canvas', { focus: () => t.asked.push('canvas'), has: () => true, box });
      t.app.focus.offer('inspector', { focus: () => t.asked.push('inspector'), has: () => false, box });
    },
    after: (t) => expect(t.asked).toEqual(['inspector']),
  },
  versions: { after: (t) => expect(versionsOf(t.app).getState().list).toEqual([]) },
  keptWork: { after: (t) => expect(t.state().notice?.title).toBe('No other unsaved work is kept') },
  keepOnClose: { after: (t) => expect(keepsOnClose(t.app)).toBe(true) },
  fullScreen: { after: (t) => expect(t.host.fullScreen).toBe(true) },
  ...Object.fromEntries(
    (['system', 'light', 'dark'] as const).map((theme): [string, Expected] => [
      `theme.${theme}`,
      {
        after: (t) => {
          expect(t.state().theme).toBe(theme);
          expect(t.storage.kept.get('theme')).toBe(theme);
        },
      },
    ]),
  ),
  ...Object.fromEntries(
    languageNames.map((language): [string, Expected] => [
      `language.${language}`,
      {
        after: (t) => {
          expect(hostMenus(t.commands)[0]?.label).toBe(dictionaries[language].File ?? 'File');
          expect(t.storage.kept.get('language')).toBe(language);
        },
      },
    ]),
  ),
  commands: { after: (t) => expect(t.state().overlay).toBe('commands') },
  shortcuts: { after: (t) => expect(t.state().overlay).toBe('shortcuts') },
  ...Object.fromEntries(
    (['costs', 'profile', 'problems', 'compare', 'fit', 'run', 'maps', 'scene', 'history'] as const).map(
      (panel): [string, Expected] => [
        `panel.${panel}`,
        { after: (t) => expect(t.state().panel).toBe(panel) },
      ],
    ),
  ),
  newWindow: { after: (t) => expect(t.host.asked).toEqual(['newWindow']) },
  reveal: { after: (t) => expect(t.host.asked).toEqual(['reveal chain.netwright.json']) },
  tour: { after: (t) => expect(touringOf(t.app).getState().step).toBe(0) },
  story: { after: (t) => expect(documentOf(t.state()).name).toBe('AlexNet') },
  exercises: { after: (t) => expect(workingOf(t.app).getState().number).toBe(0) },
  'exercises.open': {
    before: ({ host }) => {
      host.files.set('own.exercise.json', new TextEncoder().encode(ownExercise));
      host.picks.push('own.exercise.json');
    },
    after: (t) => expect(workingOf(t.app).getState().exercise?.title.en).toBe('Own'),
  },
  share: { after: (t) => expect(t.clipboard.text).toContain('netwright-design-1.') },
  'share.open': {
    before: ({ clipboard }) => {
      clipboard.text = shareText(zooEntry('lenet')!.build());
    },
    after: (t) => expect(documentOf(t.state()).name).toBe('LeNet'),
  },
  'rules.own': { after: (t) => expect(ownRulesOf(t.app).getState().open).toBe(true) },
  'rules.choose': { after: (t) => expect(openRulesOf(t.app).getState().kind).toBe('packs') },
  reference: { after: (t) => expect(readingOf(t.app).getState().open).toBe(true) },
  settings: { after: (t) => expect(t.state().overlay).toBe('settings') },
  lookForUpdates: { after: (t) => expect(t.state().notice?.title).toBe('Updates are off') },
  // Pictures of points are drawn by a library of WebAssembly that the page fetches: see the browser's own test of them.
  ...Object.fromEntries(
    exportForms
      .filter(({ encoding, subject }) => encoding !== 'png' && subject !== 'graph')
      .map(({ subject, encoding }): [string, Expected] => [
        `export-${subject}-${encoding}`,
        {
          before: saved('figure'),
          after: (t) => expect(text(t, 'figure')).toMatch(encoding === 'csv' ? /,/ : /\S/),
        },
      ]),
  ),
};

/** What is drawn with the page's own help, and tested there. */
const inBrowser = exportForms
  .filter(({ encoding, subject }) => encoding === 'png' || subject === 'graph')
  .map(({ subject, encoding }) => `export-${subject}-${encoding}`);

const all = startApp().commands.all;

describe('every command', () => {
  it('is expected to do something here, or in the browser', () => {
    expect([...Object.keys(expected), ...inBrowser].sort()).toEqual(all.map(({ id }) => id).sort());
  });

  it.each(Object.entries(expected))('%s', async (id, { before, label, after }) => {
    const t = openChain();
    await before?.(t);
    const steps = t.state().history.past.length;
    const command = t.commands.find(id)!;
    expect(t.commands.enabled(command)).toBe(true);
    // Its keys, its line in the menu of the host.
    if (command.shortcut && !command.ownEvent) expect(t.press(keysOf(command.shortcut))).toBe(id);
    const line = hostMenus(t.commands)
      .flatMap(({ items }) => items)
      .filter((item) => item.command === id);
    expect(line).toEqual([expect.objectContaining({ label: expect.stringMatching(/\S/), enabled: true })]);
    t.asked.length = 0;
    await t.run(id);
    after?.(t);
    if (t.state().notice?.kind === 'error') throw new Error(t.state().notice?.lines.join('\n'));
    if (label !== undefined) {
      expect(t.label()).toBe(label);
      const now = documentOf(t.state());
      if (id !== 'redo') expect(t.state().history.past.length).toBe(steps + 1);
      await t.run('undo');
      expect(documentOf(t.state())).not.toEqual(now);
      await t.run('redo');
      expect(documentOf(t.state())).toEqual(now);
    }
  });

  it('has its place in a menu, and in the same one as every other of its kind', () => {
    const { commands } = openChain();
    const lines = hostMenus(commands).flatMap(({ items }) => items.flatMap(({ command }) => command ?? []));
    expect([...lines].sort()).toEqual(all.map(({ id }) => id).sort());
  });

  it('is there on the start page only where it can be done without a design', () => {
    const { commands } = startApp();
    const enabled = commands.all.filter((command) => commands.enabled(command)).map(({ id }) => id);
    expect(enabled.sort()).toEqual(
      [
        `new open keptWork keepOnClose tour story exercises exercises.open share.open reference fullScreen theme.system theme.light theme.dark ${languageNames.map((language) => `language.${language}`).join(' ')} commands shortcuts newWindow settings lookForUpdates`,
      ]
        .join()
        .split(' ')
        .sort(),
    );
  });

  it('that does not work says so and loses nothing', async () => {
    const t = openChain();
    t.host.refusals.push(new Error('The disk is full.'));
    await t.run('exportSpec');
    expect(t.state().notice).toMatchObject({
      kind: 'error',
      title: 'Chain.netwright.json could not be saved',
      lines: expect.arrayContaining(['The disk is full.']),
    });
    expect(ids(t)).toHaveLength(5);
  });
});

it('is there for every name by which the app asks for one', () => {
  const sources = import.meta.glob<string>('../../renderer/**/*.{ts,tsx}', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const asked = Object.values(sources).flatMap((source) =>
    [
      ...source.matchAll(/commands\.run\('([^']+)'\)/g),
      ...source.matchAll(/<Command(?:Text)?Button\s+id="([^"]+)"/g),
      ...source.matchAll(/\bcommand: '([^']+)'/g),
    ].map(([, id]) => id!),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((id) => !all.some((command) => command.id === id))).toEqual([]);
});

describe('the menu of the other mouse button', () => {
  it('has what makes sense at each place, in the order of the menus', () => {
    const { commands } = openChain();
    const at = (place: 'node' | 'wire' | 'canvas') => commandsAt(commands, place).map(({ id }) => id);
    expect(at('wire')).toEqual(['delete', 'insertOnWire']);
    expect(at('canvas').slice(0, 3)).toEqual(['undo', 'redo', 'paste']);
    expect(at('node').slice(0, 7)).toEqual([
      ...['cut', 'copy', 'duplicate', 'delete', 'deleteBridge', 'bypass', 'rename'],
    ]);
  });
});

describe('features', () => {
  const whole = [...features, windowOf(features)];
  const perform = (): void => undefined;

  it('contradict each other nowhere, and lack no text', () => expect(faultsOf(whole)).toEqual([]));

  const faulty: readonly (readonly [string, Feature, string])[] = [
    ['a feature twice', { id: 'canvas' }, 'There are two features canvas.'],
    [
      'a command twice',
      { id: 'x', commands: [{ id: 'undo', title: 'Undo', menu: 'Edit', perform }] },
      'There are two commands undo.',
    ],
    [
      'a shortcut twice, its keys in another order',
      { id: 'x', commands: [{ id: 'x', title: 'Undo', menu: 'Edit', shortcut: 'Shift+Mod+z', perform }] },
      'Two commands have the shortcut Mod+Shift+Z.',
    ],
    [
      'a command without a text',
      { id: 'x', commands: [{ id: 'x', title: '', menu: 'Edit', perform }] },
      'The command x has no title.',
    ],
    [
      'a command that is not translated',
      { id: 'x', commands: [{ id: 'x', title: 'Frobnicate', menu: 'Edit', perform }] },
      'The title of the command x, “Frobnicate”, is not translated.',
    ],
    [
      'a panel without a title',
      { id: 'x', panel: { name: 'history', title: '', Body: Fragment } },
      'The panel history has no title.',
    ],
  ];
  it.each(faulty)('are refused: %s', (_, feature, fault) => {
    expect(faultsOf([...whole, feature])).toContain(fault);
  });

  it.each(features.map(({ id }) => id))('can do without %s', async (left) => {
    const rest = features.filter(({ id }) => id !== left);
    const t = startApp({ features: rest });
    t.app.getState().open(documentOf(openChain().state()));
    expect(faultsOf([...rest, windowOf(rest)])).toEqual([]);
    t.app.getState().select(['relu2']);
    // What another feature would do is not there; nothing breaks of it.
    for (const { id } of features.flatMap(({ id, commands }) => (id === left ? (commands ?? []) : [])))
      await t.run(id);
    expect(t.state().notice).toBeUndefined();
    expect(ids(t)).toHaveLength(5);
  });
});

/** The event of a keyboard on which these keys are pressed. */
function keysOf(shortcut: string) {
  const key = shortcut.endsWith('+') ? '+' : shortcut.split('+').at(-1)!;
  return {
    key,
    ctrlKey: shortcut.includes('Mod+'),
    shiftKey: shortcut.includes('Shift+'),
    altKey: shortcut.includes('Alt+'),
  };
}

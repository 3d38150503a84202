import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesBetween, readWork, wholeOf } from '../../renderer/documents/work-journal.ts';
import { pasteText } from '../../renderer/features/canvas/clipboard.ts';
import { readShared, shareText } from '../../renderer/features/share/shared-text.ts';
import { createMemoryApp } from '../../renderer/gallery/memory-app.ts';
import type { App } from '../../renderer/state/app.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type Problem, type Result, succeed } from '../../shared/base/problem.ts';
import { readExercise } from '../../shared/exercise/read.ts';
import { readClassNames } from '../../shared/formats/class-names.ts';
import { readLayers } from '../../shared/formats/config/layers.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { setName } from '../../shared/graph/edits.ts';
import { applyEdit, type History, redo, startHistory, undo } from '../../shared/graph/history.ts';
import { settingsIn, someSettings } from '../../shared/host/settings.ts';
import { readCalibration, writeCalibration } from '../../shared/runtime/time/calibration.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { randomNetwork } from '../formats/random-network.ts';
import { insideLink, textMutations } from './mutate.ts';
import { bytesOf, type Reader, refused, textOf } from './reader.ts';
import { smallSpecs } from './small-specs.ts';

/** What the app itself keeps, and what reaches it by other ways than files. */
export const appReaders: readonly Reader[] = [
  {
    format: 'journal',
    extension: 'journal',
    mutations: textMutations,
    seeds: () => [1, 2, 3, 4, 5, 6].map((seed) => bytesOf(journal(seed))),
    read: async (bytes) => {
      const read = readWork(textOf(bytes));
      if ('fault' in read) return refused(read.fault, 'The journal cannot be read.');
      analyze(read.work.history.design);
      return succeed(undone(read.work.history));
    },
  },
  {
    format: 'settings',
    extension: 'json',
    mutations: textMutations,
    seeds: () => [bytesOf('{"theme":"dark","units":"decimal","wheel":"pan","updateFeed":"https://a/"}')],
    read: async (bytes) => {
      let json: unknown;
      try {
        json = JSON.parse(textOf(bytes));
      } catch {
        return refused('no-json', 'The settings are no JSON.');
      }
      const chosen = settingsIn(json);
      // What is taken from there is what the contract between page and host lets through.
      return succeed(someSettings(chosen, 'settings'));
    },
  },
  {
    format: 'configuration',
    extension: 'json',
    mutations: textMutations,
    seeds: () => configurations.map((json) => bytesOf(JSON.stringify(json, undefined, 2))),
    read: async (bytes) => {
      const read = readLayers([{ file: 'netwright.config.json', text: textOf(bytes) }]);
      return read.ok
        ? succeed(read.value.layers.map(({ fits }) => fits('designs/net.json')))
        : {
            ok: false,
            problems: read.trouble.problems,
          };
    },
  },
  {
    format: 'pasted text',
    extension: 'txt',
    mutations: textMutations,
    seeds: smallSpecs,
    read: async (bytes) => pasted(textOf(bytes)),
  },
  {
    format: 'shared link',
    extension: 'txt',
    mutations: [...textMutations, ...Array<typeof insideLink>(textMutations.length).fill(insideLink)],
    seeds: () => [1, 2, 3].map((seed) => bytesOf(`https://a.example/#${shareText(randomNetwork(seed))}`)),
    read: async (bytes) => {
      const read = readShared(textOf(bytes));
      if (read.ok) analyze(read.value);
      // A link is one word: there is no place in it to be told.
      return read.ok ? read : placedAtStart(read.problems);
    },
  },
  {
    format: 'class names',
    extension: 'json',
    mutations: textMutations,
    seeds: () =>
      [
        'tench\ngoldfish\n',
        'n01440764 tench, Tinca tinca\nn01443537 goldfish\n',
        '["tench", "goldfish", 3]',
        '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}',
      ].map(bytesOf),
    read: async (bytes) => readClassNames(textOf(bytes)),
  },
  {
    format: 'exercise',
    extension: 'json',
    mutations: textMutations,
    seeds: () =>
      readdirSync('assets/exercises')
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => new Uint8Array(readFileSync(join('assets/exercises', name)))),
    read: async (bytes) => readExercise(textOf(bytes)),
  },
  {
    format: 'calibration',
    extension: 'json',
    mutations: textMutations,
    seeds: () => [bytesOf(JSON.stringify(writeCalibration({ machine, ...measured })))],
    read: async (bytes) => {
      let json: unknown;
      try {
        json = JSON.parse(textOf(bytes));
      } catch {
        return refused('no-json', 'The calibration is no JSON.');
      }
      const known = readCalibration(json, machine);
      return known ? succeed(known) : refused('not-known', 'The calibration is damaged.');
    },
  },
];

const machine = { processor: 'A processor', threads: 2, kernels: 'relaxed', version: '0.1.0' };
const measured = {
  date: '2026-01-01T00:00:00Z',
  seconds: 20,
  model: { product: { coefficients: [1e-6, 2e-9, 3e-9, 0, 1, 2, 3, 4, 5], spread: 0.2, steps: 30 } },
  ceilings: { gigaflops: 40, gigabytesPerSecond: 9 },
};

const own = {
  id: 'no-odd-channels',
  select: { kind: 'conv2d', name: ['conv*', 'stem'] },
  when: 'out.channels % 2 == 1 && params > 1000',
  message: '{name} has {out.channels} filters.',
  severity: 'warning',
  fix: { param: 'channels', value: 64 },
};
const configurations: readonly object[] = [
  { lint: { preset: 'recommended', rules: { 'dropout-before-norm': 'off' } }, maxWarnings: 3 },
  {
    extends: ['./base.json', 'a-package'],
    budget: { params: '25M', macs: '4G', memory: '12MiB', baseline: 'zoo:resnet50' },
    targets: {
      'our-board': { memory: '512KiB', storage: '1MiB' },
      phone: { gigaflops: 20, gigabytesPerSecond: 8 },
    },
    overrides: [
      { files: 'designs/**/*.json', lint: { preset: 'vgg', own: [own] } },
      { files: ['*.onnx', '{a,b}/[c-e]?.json'], budget: { params: 1000 } },
    ],
  },
];

/** Work as the app keeps it: all of it, and a few edits behind. */
function journal(seed: number): string {
  const placeless = { trail: [], selection: [] };
  let history = startHistory(randomNetwork(seed));
  let text = wholeOf({ history, ...placeless });
  for (let nth = 0; nth < 4; nth++) {
    const next = nth === 2 ? undo(history) : applyEdit(history, 'Name', setName(`${seed} ${nth}`));
    text += linesBetween({ history, ...placeless }, { history: next, ...placeless }) ?? '';
    history = next;
  }
  return text;
}

/** Undone to the beginning and done again, as a user may. */
function undone(history: History): History {
  let at = history;
  for (let left = history.past.length; left > 0; left--) at = undo(at);
  for (let left = at.future.length; left > 0; left--) at = redo(at);
  return at;
}

function placedAtStart(problems: readonly Problem[]): Result<never> {
  return { ok: false, problems: problems.map((each) => ({ ...each, where: { line: 1, ...each.where } })) };
}

let opened: App | undefined;
/** Puts the text into an open design, as Ctrl+V does, and takes it back. */
function pasted(text: string): Result<unknown> {
  opened ??= appInMemory();
  const before = emptyDesign;
  opened.getState().open(zooEntry('lenet')!.build());
  pasteText(opened, text);
  if (opened.getState().history.past.length > 0) {
    opened.getState().undo();
    return succeed(before);
  }
  const read = readSpec(text);
  return read.ok ? refused('nothing-pasted', 'There are no nodes in it.') : read;
}

function appInMemory(): App {
  const { app } = createMemoryApp({
    language: 'en',
    arrange: async () => ({}),
    about: 'Netwright in a campaign',
  });
  app.viewport.connect({
    fit: () => undefined,
    full: () => undefined,
    zoomIn: () => undefined,
    zoomOut: () => undefined,
    show: () => undefined,
    reveal: () => undefined,
    revealAll: () => undefined,
    boxOf: () => undefined,
    middle: () => ({ x: 500, y: 300 }),
    at: (x, y) => ({ x, y }),
    look: () => undefined,
    glide: () => undefined,
    afterDrawing: (act) => act(),
  });
  return app;
}

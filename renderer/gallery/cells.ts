import { catalog, type NodeKind } from '../../shared/blocks/index.ts';
import { setName } from '../../shared/graph/edits.ts';
import { type Group, groups } from '../../shared/layers/define.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import type { Commands } from '../commands/registry.ts';
import { openArranged } from '../documents/files.ts';
import type { App } from '../state/app.ts';
import { type PanelName, panels } from '../state/view-state.ts';
import { everyKind, kinds, onlyKind, unsound } from './designs.ts';
import type { MemoryHost } from './memory-host.ts';

/** One state of the window, and how an app that was just made gets there. */
export interface Cell {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** States of one stage follow each other in one app. */
  readonly stage?: string;
  prepare(app: App, commands: Commands, host: MemoryHost): Promise<unknown>;
}

const WINDOW = { width: 1280, height: 800 } as const;

async function openLeNet(app: App): Promise<void> {
  await openArranged(app, zooEntry('lenet')!.build());
}

const kindsOf = (group: Group): readonly NodeKind[] => kinds.filter((kind) => catalog[kind].group === group);

/** The fields of every kind, family by family. */
const fields = groups.flatMap(kindsOf).map(
  (kind): Cell => ({
    ...WINDOW,
    id: `fields-${kind}`,
    stage: 'fields',
    async prepare(app) {
      app.getState().open(onlyKind(kind));
      app.getState().select([kind]);
    },
  }),
);

const panelCells = panels.map(
  (name: PanelName): Cell => ({
    ...WINDOW,
    id: `panel-${name}`,
    async prepare(app) {
      await openLeNet(app);
      app.getState().showPanel(name);
    },
  }),
);

/** A dialog that a command of the menu opens over LeNet. */
const dialog = (id: string, command: string): Cell => ({
  ...WINDOW,
  id,
  async prepare(app, commands) {
    await openLeNet(app);
    await commands.run(command);
  },
});

/** Everything that the app shows, state by state. */
export const cells: readonly Cell[] = [
  { ...WINDOW, id: 'start', prepare: async () => undefined },
  {
    ...WINDOW,
    id: 'empty',
    prepare: async (_, commands) => commands.run('new'),
  },
  {
    width: 1900,
    height: 3000,
    id: 'nodes',
    async prepare(app) {
      app.getState().open(everyKind());
      app.getState().showPanel('history');
    },
  },
  { ...WINDOW, id: 'lenet', prepare: openLeNet },
  {
    ...WINDOW,
    id: 'problems',
    async prepare(app) {
      await openArranged(app, unsound);
      app.getState().showPanel('problems');
    },
  },
  {
    ...WINDOW,
    id: 'problem-of-a-node',
    async prepare(app) {
      await openArranged(app, unsound);
      app.getState().select(['big']);
    },
  },
  {
    ...WINDOW,
    id: 'several-selected',
    async prepare(app) {
      await openLeNet(app);
      app.getState().select(['conv1', 'conv2', 'ip1']);
    },
  },
  {
    ...WINDOW,
    id: 'over-budget',
    async prepare(app, commands) {
      await openLeNet(app);
      await commands.run('pin');
      app.getState().showPanel('compare');
    },
  },
  {
    ...WINDOW,
    id: 'block',
    async prepare(app, commands) {
      await openArranged(app, zooEntry('resnet18')!.build());
      app.getState().select(['layer1.0']);
      await commands.run('openBlock');
    },
  },
  ...panelCells,
  ...fields,
  dialog('settings', 'settings'),
  dialog('shortcuts', 'shortcuts'),
  dialog('search', 'commands'),
  dialog('export', 'export'),
  dialog('reference', 'reference'),
  dialog('story', 'story'),
  dialog('exercise', 'exercises'),
  {
    ...WINDOW,
    id: 'question',
    async prepare(app, commands) {
      await openLeNet(app);
      app.getState().editDocument('', setName('Changed'));
      // It waits for the answer.
      void commands.run('new');
    },
  },
  {
    ...WINDOW,
    id: 'notice',
    async prepare(app, commands, host) {
      await openLeNet(app);
      host.files.set('broken.netwright.json', new TextEncoder().encode('{ "netwright": 3, "nodes": 7 }'));
      host.picks.push('broken.netwright.json');
      await commands.run('open');
    },
  },
];

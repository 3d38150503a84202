import type { Feature } from '../../renderer/commands/feature.ts';
import { commandFor, type KeyPress } from '../../renderer/commands/shortcuts.ts';
import { createMemoryApp, type createMemoryStorage } from '../../renderer/gallery/memory-app.ts';
import type { MemoryHost } from '../../renderer/gallery/memory-host.ts';
import type { Language } from '../../renderer/i18n/i18n.ts';
import { assemble } from '../../renderer/shell/assemble.ts';
import { features as all } from '../../renderer/shell/features.ts';
import type { App, Arrange } from '../../renderer/state/app.ts';
import type { AppState } from '../../renderer/state/app-state.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';

/** Of two activations in a row, of which a rule says that one is enough; nothing else is wrong. */
export const chain = {
  netwright: 2,
  name: 'Chain',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'relu1', kind: 'relu', from: 'conv' },
    { id: 'relu2', kind: 'relu', from: 'relu1' },
    { id: 'output', kind: 'output', from: 'relu2' },
  ],
  layout: { input: [0, 0], conv: [240, 0], relu1: [480, 0], relu2: [720, 0], output: [960, 0] },
};

export function designFrom(spec: unknown): Design {
  const read = readSpec(JSON.stringify(spec));
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.value;
}

/** One after the other along the flow: where nodes stand is no matter of these tests. */
const inOneLine: Arrange = async ({ nodes }, direction) =>
  Object.fromEntries(
    Object.keys(nodes).map((id, i) => [
      id,
      direction === 'right' ? { x: 240 * i, y: 0 } : { x: 0, y: 120 * i },
    ]),
  );

export interface OpenedApp {
  readonly app: App;
  readonly host: MemoryHost;
  readonly storage: ReturnType<typeof createMemoryStorage>;
  readonly clipboard: { text: string };
  /** What was asked of the canvas, in order. */
  readonly asked: string[];
  readonly commands: ReturnType<typeof assemble>;
  run(id: string): Promise<void>;
  state(): AppState;
  /** The label of what undo would undo. */
  label(): string | undefined;
  /** Answers the next question with this choice. */
  answer(choice: string | undefined): void;
  press(keys: Partial<KeyPress>): string | undefined;
}

/** The whole app, as a window has it, without a window. */
export function startApp({
  language = 'en',
  features = all,
}: {
  readonly language?: Language;
  readonly features?: readonly Feature[];
} = {}): OpenedApp {
  const asked: string[] = [];
  const { app, host, storage, clipboard } = createMemoryApp({
    language,
    arrange: inOneLine,
    about: 'Netwright in a test',
  });
  app.viewport.connect({
    fit: () => void asked.push('fit'),
    full: () => void asked.push('full'),
    zoomIn: () => void asked.push('zoomIn'),
    zoomOut: () => void asked.push('zoomOut'),
    show: (ids) => void asked.push(`show ${ids.join()}`),
    reveal: (id) => void asked.push(`reveal ${id}`),
    revealAll: (ids) => void asked.push(`reveal ${ids.join()}`),
    boxOf: () => undefined,
    middle: () => ({ x: 500, y: 300 }),
    at: (x, y) => ({ x, y }),
    look: ({ zoom }) => void asked.push(`look ${zoom}`),
    glide: () => void asked.push('glide'),
    afterDrawing: (act) => act(),
  });
  const commands = assemble(app, features);
  return {
    app,
    host,
    storage,
    clipboard,
    asked,
    commands,
    run: (id) => commands.run(id),
    state: () => app.getState(),
    label: () => app.getState().history.past.at(-1)?.label,
    answer: (choice) => app.answer(choice),
    press: (keys) =>
      commandFor(commands, {
        key: '',
        ctrlKey: false,
        metaKey: false,
        altKey: false,
        shiftKey: false,
        target: null,
        ...keys,
      })?.id,
  };
}

/** The app with a design open. */
export function openChain(spec: unknown = chain): OpenedApp {
  const opened = startApp();
  opened.app
    .getState()
    .open(designFrom(spec), { grant: 'chain.netwright.json', name: 'chain.netwright.json' });
  return opened;
}

import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Documents } from '../../electron/main/documents.ts';
import { Journals } from '../../electron/main/journals.ts';
import { createKeeper } from '../../renderer/documents/keeper.ts';
import { contentOf } from '../../shared/disk/stamp.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setName } from '../../shared/graph/edits.ts';
import { applyEdit, startHistory } from '../../shared/graph/history.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/**
 * Draws and saves without an end, with the app's own keeper, journals and documents, until it is killed. It says what is
 * drawn, kept and saved, as soon as it is: `d12`, `k12`, `s11`.
 */
const [, , folder = '', seed = '1'] = process.argv;
const SLOWEST_HAND_MS = 60;
const SAVE_EACH = 7;

/** Park and Miller's generator: the same edits at the same times for the same seed. */
let state = Number(seed);
const random = (): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
};
const say = (text: string): void => void writeSync(1, `${text}\n`);

const documents = new Documents(() => undefined);
const journals = new Journals(join(folder, 'journals'));
const keeper = createKeeper({
  shelf: {
    async writeJournal(request) {
      const upTo = drawn;
      await journals.write(documents, request);
      say(`k${upTo}`);
    },
    endJournal: ({ journal }) => journals.end(documents, journal),
  },
  newId: randomUUID,
  whenIdle: (task) => void setImmediate(task),
  onFailure: (error) => say(`! ${String(error)}`),
});

const { grant } = await documents.open(join(folder, 'net.netwright.json'), 'design');
let history = startHistory(zooEntry('resnet18')!.build());
let saved: Design = history.design;
let drawn = 0;
const see = (): void =>
  keeper.see({
    history,
    trail: [],
    selection: [],
    opened: 1,
    open: true,
    model: '',
    dirty: history.design !== saved,
    name: 'net',
    grant,
    saved,
  });

async function save(nth: number): Promise<void> {
  const { design } = history;
  const bytes = new TextEncoder().encode(writeSpec(design));
  journals.saving(documents, grant, contentOf(bytes));
  const refusal = await documents.save(grant, bytes);
  if (refusal) say(`! ${refusal.reason}`);
  say(`s${nth}`);
  saved = design;
  see();
}

say('ready');
// As when it is opened: before anything is drawn.
see();
for (let nth = 1; ; nth++) {
  history = applyEdit(history, 'Name', setName(`edit ${nth}`));
  drawn = nth;
  say(`d${nth}`);
  see();
  if (nth % SAVE_EACH === 0) void save(nth);
  await new Promise((later) => setTimeout(later, random() * SLOWEST_HAND_MS));
}

import { conflictOf } from '../../renderer/documents/conflict.ts';
import { openFromDialog } from '../../renderer/documents/files.ts';
import { save } from '../../renderer/documents/saving.ts';
import { watchHost } from '../../renderer/documents/watch.ts';
import { flushOnLeaving, recover } from '../../renderer/documents/work.ts';
import { createBrowserHost } from '../../renderer/host/browser-host.ts';
import { createPreferences } from '../../renderer/host/preferences.ts';
import { createApp } from '../../renderer/state/app.ts';
import { createSteer } from '../../renderer/workers/steer-client.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { setName } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/**
 * The app in a page, as it is but for its view: it takes up what was kept of the last time, says what it found, and draws and
 * saves without an end, until the browser is killed.
 */
/** Many draw on one disk, which is asked to have each edit before the next one is written: faster hands would measure the disk. */
const SLOWEST_HAND_MS = 250;
const SAVE_EACH = 7;
const FILE = 'LeNet.netwright.json';

/** It waits until it has been heard, so that nobody is killed who has done more than is known. */
function tell(what: string): void {
  const request = new XMLHttpRequest();
  request.open('GET', `/told/${what}`, false);
  request.send();
}
const nextFrame = () => new Promise((then) => requestAnimationFrame(then));
const later = (milliseconds: number) => new Promise((then) => setTimeout(then, milliseconds));

const faults = new Set<string>();
/** It is never over: it is killed. */
const { signal: ended } = new AbortController();
const host = createBrowserHost(ended);
const app = createApp({
  host,
  storage: createPreferences(host, {}),
  language: 'en',
  clipboard: { readText: async () => '', writeText: async () => undefined },
  arrange: async () => ({}),
  steer: createSteer(ended),
  about: 'Netwright in a campaign',
  ended,
});
watchHost(app, () => undefined);
flushOnLeaving(app);
conflictOf(app).subscribe(({ file: changed }) => {
  if (changed) faults.add('its own save passes for another program’s');
});
app.subscribe(({ notice, question }, before) => {
  if (notice && notice !== before.notice) faults.add([notice.title, ...notice.lines].join(' '));
  if (!question || question === before.question) return;
  if (question.text !== 'Netwright ended before it was saved.') faults.add(question.text);
  queueMicrotask(() => app.answer('restore'));
});

const folder = await navigator.storage.getDirectory();
const file = await folder.getFileHandle(FILE).catch(() => undefined);
if (file && !readSpec(await (await file.getFile()).text()).ok) faults.add('the file is no design');
if (!(await host.keepsAtOnce)) faults.add('work is kept in the database');
await recover(app, true);
const nthNow = (): number => Number(/^edit (\d+)$/.exec(app.getState().history.design.name)?.[1] ?? 0);
if (app.getState().screen !== 'editor' && file) {
  // Nothing was kept: all is in the file then.
  sessionStorage.setItem('offered', FILE);
  await openFromDialog(app);
} else if (app.getState().screen !== 'editor') {
  app.getState().open(zooEntry('lenet')!.build());
}
const saved = await save(app);
if (saved !== 'saved') faults.add(`not saved: ${JSON.stringify(saved)}`);
tell(`found/${nthNow()}/${encodeURIComponent([...faults].join('; '))}`);

for (let nth = nthNow() + 1; ; nth++) {
  app.getState().edit('Name', setName(`edit ${nth}`));
  // Once a frame was made with it, it could be seen.
  await nextFrame();
  await nextFrame();
  tell(`drawn/${nth}`);
  if (nth % SAVE_EACH === 0)
    void save(app).then((how) => {
      if (how !== 'saved') tell(`fault/${encodeURIComponent(JSON.stringify(how))}`);
    });
  await later(Math.random() * SLOWEST_HAND_MS);
}

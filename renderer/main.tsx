import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import about from '../package.json' with { type: 'json' };
import { openChannels } from '../shared/base/log.ts';
import { listenToKeys } from './commands/shortcuts.ts';
import { readConfigBeside } from './documents/config.ts';
import { openHanded } from './documents/handed.ts';
import { flushOnLeaving, recover, tellBlocked, tellKeptLater, tellUnkept } from './documents/work.ts';
import { keepCompositions } from './fields/composition.ts';
import { surroundings } from './host/host.ts';
import { createPreferences } from './host/preferences.ts';
import { languageFrom, learn } from './i18n/i18n.ts';
import { arrange } from './layout/auto-layout.ts';
import { assemble } from './shell/assemble.ts';
import { listenToFaults } from './shell/faults.ts';
import { features } from './shell/features.ts';
import { Shell } from './shell/shell.tsx';
import { createApp } from './state/app.ts';
import { stopRunner } from './state/run/runner.ts';
import { createSteer } from './workers/steer-client.ts';
import './styles/all.css';

openChannels(new URLSearchParams(location.search).get('debug') ?? '', (line) => console.debug(line));

const place = document.querySelector('#root');
if (!place) throw new Error('The page has no root.');

/** Starts an app in a place of the page; gives what ends it, with all that listens or works for it. */
async function start(place: Element): Promise<() => void> {
  const over = new AbortController();
  const ended = over.signal;
  const { host, keepsAtOnce } = surroundings(ended);
  // Where they cannot be read, what was never chosen holds.
  const { chosen } = await host.readSettings().catch(() => ({ chosen: {} }));
  const storage = createPreferences(host, chosen);
  const language = languageFrom(storage.getItem('language'), navigator.language);
  // Nothing is painted before it is known in which language.
  document.documentElement.lang = language;
  await learn(language);
  const app = createApp({
    host,
    storage,
    arrange,
    steer: createSteer(ended),
    about: `Netwright ${about.version}, ${host.kind}, ${navigator.userAgent}`,
    language,
    ended,
    clipboard: {
      readText: () => navigator.clipboard.readText(),
      writeText: (text) => navigator.clipboard.writeText(text),
    },
  });
  keepCompositions(ended);
  // For libraries that add styles of their own, while a dialog or a menu is open.
  setNonce(document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '');
  const commands = assemble(app, features);
  listenToKeys(app, commands);
  listenToFaults(app);
  storage.onRefused((error) => tellUnkept(app, error));
  const root = createRoot(place);
  root.render(<Shell app={app} commands={commands} features={features} />);
  flushOnLeaving(app);
  // Who comes back from an editor may have changed it there.
  window.addEventListener('focus', () => void readConfigBeside(app), { signal: ended });
  if (storage.blocked()) tellBlocked(app);
  else void keepsAtOnce.then((does) => does || tellKeptLater(app));
  void openHanded(app);
  // Who starts without the last file wants nothing of it now; it stays kept.
  if (!new URLSearchParams(location.search).has('without')) void recover(app, true);
  return () => {
    root.unmount();
    over.abort();
    stopRunner();
  };
}

declare global {
  interface Window {
    /** For who drives the page: its app can be ended, and another started in its place, much sooner than a page is loaded. */
    readonly appHere: { end(): void; start(): Promise<void> };
  }
}

let end = await start(place);
Object.assign(window, {
  appHere: {
    end: () => end(),
    async start() {
      end = await start(place);
    },
  } satisfies Window['appHere'],
});

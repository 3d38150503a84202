import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import about from '../package.json' with { type: 'json' };
import { openChannels } from '../shared/base/log.ts';
import { listenToKeys } from './commands/shortcuts.ts';
import { readConfigBeside } from './documents/config.ts';
import { openHanded } from './documents/handed.ts';
import { flushOnLeaving, recover, tellBlocked, tellKeptLater, tellUnkept } from './documents/work.ts';
import { keepCompositions } from './fields/composition.ts';
import { host, keepsAtOnce } from './host/host.ts';
import { createPreferences } from './host/preferences.ts';
import { languageFrom, learn } from './i18n/i18n.ts';
import { arrange } from './layout/auto-layout.ts';
import { assemble } from './shell/assemble.ts';
import { listenToFaults } from './shell/faults.ts';
import { features } from './shell/features.ts';
import { Shell } from './shell/shell.tsx';
import { createApp } from './state/app.ts';
import { createSteer } from './workers/steer-client.ts';
import './styles/all.css';

openChannels(new URLSearchParams(location.search).get('debug') ?? '', (line) => console.debug(line));

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no root.');
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
  steer: createSteer(),
  about: `Netwright ${about.version}, ${host.kind}, ${navigator.userAgent}`,
  language,
  clipboard: {
    readText: () => navigator.clipboard.readText(),
    writeText: (text) => navigator.clipboard.writeText(text),
  },
});
keepCompositions();
// For libraries that add styles of their own, while a dialog or a menu is open.
setNonce(document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '');
const commands = assemble(app, features);
listenToKeys(app, commands);
listenToFaults(app);
storage.onRefused((error) => tellUnkept(app, error));
createRoot(root).render(<Shell app={app} commands={commands} features={features} />);
flushOnLeaving(app);
// Who comes back from an editor may have changed it there.
window.addEventListener('focus', () => void readConfigBeside(app));
if (storage.blocked()) tellBlocked(app);
else void keepsAtOnce.then((does) => does || tellKeptLater(app));
void openHanded(app);
// Who starts without the last file wants nothing of it now; it stays kept.
if (!new URLSearchParams(location.search).has('without')) void recover(app, true);

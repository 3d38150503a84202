import { createRoot } from 'react-dom/client';
import { listenToKeys } from './commands/shortcuts.ts';
import { recover } from './documents/watch.ts';
import { keepCompositions } from './fields/composition.ts';
import { host } from './host/host.ts';
import { languageFrom } from './i18n/i18n.ts';
import { arrange } from './layout/auto-layout.ts';
import { assemble } from './shell/assemble.ts';
import { features } from './shell/features.ts';
import { Shell } from './shell/shell.tsx';
import { createApp } from './state/app.ts';
import './styles/theme.css';
import './styles/parts.css';
import './styles/layout.css';
import './styles/canvas.css';
import './styles/panels.css';
import './styles/run.css';
import './styles/scene.css';
import './styles/maps.css';
import './styles/start.css';
import './styles/export.css';

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no root.');
const app = createApp({
  host,
  storage: localStorage,
  arrange,
  language: languageFrom(localStorage.getItem('language'), navigator.language),
  clipboard: {
    readText: () => navigator.clipboard.readText(),
    writeText: (text) => navigator.clipboard.writeText(text),
  },
});
keepCompositions();
const commands = assemble(app, features);
listenToKeys(app, commands);
createRoot(root).render(<Shell app={app} commands={commands} features={features} />);
void recover(app);

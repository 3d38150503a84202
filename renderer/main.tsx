import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { runIfKnown } from './commands/registry.ts';
import './i18n/i18n.ts';
import { recover, watchHost } from './store/watch.ts';
import './styles/theme.css';
import './styles/parts.css';
import './styles/layout.css';
import './styles/canvas.css';
import './styles/panels.css';
import './styles/start.css';

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(<App />);
watchHost(runIfKnown);
void recover();

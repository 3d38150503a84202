import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import type { Commands } from '../commands/registry.ts';
import { finishTexts, type Language, languageFrom, learn } from '../i18n/i18n.ts';
import { arrange } from '../layout/auto-layout.ts';
import { assemble } from '../shell/assemble.ts';
import { features } from '../shell/features.ts';
import { Shell } from '../shell/shell.tsx';
import type { App } from '../state/app.ts';
import { cells } from './cells.ts';
import { createMemoryApp } from './memory-app.ts';
import type { MemoryHost } from './memory-host.ts';
import { pseudo } from './pseudo.ts';
import { Wall } from './wall.tsx';
import '../styles/all.css';
import './gallery.css';

/** What a cell is shown in. */
interface Look {
  readonly cell: string;
  readonly theme: 'light' | 'dark';
  /** `pseudo` is made from English. */
  readonly language: Language | 'pseudo';
}

const place = document.querySelector('#root');
if (!place) throw new Error('The page has no root.');
const page = place;
setNonce(document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '');

interface Stage {
  readonly name: string;
  readonly app: App;
  readonly commands: Commands;
  readonly host: MemoryHost;
  end(): void;
}
let stage: Stage | undefined;

const frame = (): Promise<unknown> => new Promise((drawn) => requestAnimationFrame(drawn));

/** A new app in memory, in place of the one before, of which nothing is left. */
function set(name: string, theme: Look['theme'], language: Look['language']): Stage {
  finishTexts(language === 'pseudo' ? pseudo : (text) => text);
  const { app, host, end } = createMemoryApp({
    language: language === 'pseudo' ? 'en' : language,
    kind: 'browser',
    arrange,
    about: 'Netwright in the gallery',
  });
  app.getState().chooseTheme(theme);
  const commands = assemble(app, features);
  const root = createRoot(page);
  root.render(<Shell app={app} commands={commands} features={features} />);
  return {
    name,
    app,
    commands,
    host,
    end() {
      root.unmount();
      end();
    },
  };
}

async function show({ cell: id, theme, language }: Look): Promise<void> {
  const cell = cells.find((each) => each.id === id);
  if (!cell) throw new Error(`There is no ${id} in the gallery.`);
  const name = [cell.stage ?? cell.id, theme, language].join(' ');
  const fresh = stage?.name !== name;
  if (!stage || fresh) {
    await learn(language === 'pseudo' ? 'en' : language);
    stage?.end();
    stage = set(name, theme, language);
    await frame();
  }
  const { app, commands, host } = stage;
  await cell.prepare(app, commands, host);
  await frame();
  if (fresh && cell.id === 'nodes') app.viewport.fit(false);
  await document.fonts.ready;
  if (fresh) await frame();
}

/** What is shown goes on in another language, as where the user chose it just now. */
async function speak(language: Language): Promise<void> {
  await learn(language);
  stage?.app.getState().speak(language);
  await frame();
  await frame();
}

// For those who look at all of it, one after the other: a state in place of the one before, once it is drawn.
Object.assign(window, { gallery: { cells, show, speak } });

const asked = new URLSearchParams(location.search);
const [cell, theme, language] = ['cell', 'theme', 'language'].map((name) => asked.get(name));
if (cell) {
  void show({
    cell,
    theme: theme === 'dark' ? 'dark' : 'light',
    language: language === 'pseudo' ? language : languageFrom(language ?? null, ''),
  });
} else if (!asked.has('bare')) createRoot(page).render(<Wall cells={cells} />);

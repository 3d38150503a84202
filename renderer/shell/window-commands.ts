import { Command as CommandIcon, Expand, Keyboard, Languages, Moon, Sun, SunMoon } from 'lucide-react';
import { type Command, inEditor } from '../commands/define.ts';
import type { FeaturePanel } from '../commands/feature.ts';
import { languageNames, languages } from '../i18n/i18n.ts';

/** Each panel by the number of its tab. */
export const panelCommands = (panels: readonly FeaturePanel[]): readonly Command[] =>
  panels.map(({ name, title }, at) => ({
    id: `panel.${name}`,
    title,
    menu: 'View',
    shortcut: `Mod+${at + 1}`,
    apart: at === 0,
    when: inEditor,
    perform: (app) => app.getState().showPanel(name),
  }));

/** What concerns the window itself. */
export const windowCommands: readonly Command[] = [
  {
    id: 'panel.whole',
    title: 'Maximise the panel',
    menu: 'View',
    shortcut: 'M',
    when: inEditor,
    perform: (app) => app.getState().togglePanelWhole(),
  },
  {
    id: 'nextPart',
    title: 'Go to the next part of the window',
    menu: 'View',
    shortcut: 'F6',
    when: inEditor,
    perform: (app) => app.focus.nextPart(),
  },
  {
    id: 'fullScreen',
    title: 'Full screen',
    menu: 'View',
    icon: Expand,
    shortcut: 'F11',
    perform: (app) => app.host.toggleFullScreen(),
  },
  {
    id: 'theme.system',
    title: 'Theme of the system',
    menu: 'View',
    icon: SunMoon,
    apart: true,
    perform: (app) => app.getState().chooseTheme('system'),
  },
  {
    id: 'theme.light',
    title: 'Light theme',
    menu: 'View',
    icon: Sun,
    perform: (app) => app.getState().chooseTheme('light'),
  },
  {
    id: 'theme.dark',
    title: 'Dark theme',
    menu: 'View',
    icon: Moon,
    perform: (app) => app.getState().chooseTheme('dark'),
  },
  ...languageNames.map(
    (language, place): Command => ({
      id: `language.${language}`,
      title: languages[language],
      menu: 'View',
      icon: Languages,
      ...(place === 0 ? { apart: true } : {}),
      perform: (app) => app.getState().chooseLanguage(language),
    }),
  ),
  {
    id: 'commands',
    title: 'All commands …',
    menu: 'Help',
    icon: CommandIcon,
    shortcut: 'Mod+K',
    perform: (app) => app.getState().showOverlay('commands'),
  },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    menu: 'Help',
    icon: Keyboard,
    shortcut: '?',
    perform: (app) => app.getState().showOverlay('shortcuts'),
  },
];

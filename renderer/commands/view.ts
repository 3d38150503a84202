import {
  Command as CommandIcon,
  Expand,
  Keyboard,
  Languages,
  Maximize2,
  Moon,
  Sun,
  SunMoon,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { viewport } from '../canvas/viewport.ts';
import { host } from '../host/host.ts';
import { setLanguage } from '../i18n/i18n.ts';
import { panelTitles } from '../panels/panel-titles.ts';
import { scene } from '../scene3d/scene-store.ts';
import { app, panels } from '../store/app.ts';
import { type Command, hasSelection, inEditor } from './define.ts';

/** Each panel by the number of its tab. */
const panelCommands = panels.map(
  (name, at): Command => ({
    id: `panel.${name}`,
    title: panelTitles[name],
    menu: 'View',
    shortcut: `Mod+${at + 1}`,
    apart: at === 0,
    when: inEditor,
    perform: () => app.getState().set({ panel: name }),
  }),
);

/** The parts of the window, in the order in which F6 visits them. */
const parts = ['.toolbar', '.palette', '.canvas', '.panel-tabs', '.inspector'] as const;

function nextPart(): void {
  const at = parts.findIndex((part) => document.querySelector(part)?.contains(document.activeElement));
  for (let i = 1; i <= parts.length; i++) {
    const part = document.querySelector<HTMLElement>(parts[(at + i) % parts.length] ?? '.canvas');
    const target = part?.matches('.canvas')
      ? part
      : (part?.querySelector<HTMLElement>('button:not(:disabled), input, [tabindex="0"]') ?? part);
    if (target) {
      target.focus();
      return;
    }
  }
}

export const viewCommands: readonly Command[] = [
  {
    id: 'fit',
    title: 'Fit the design',
    menu: 'View',
    at: ['canvas'],
    icon: Maximize2,
    shortcut: '1',
    when: inEditor,
    perform: () => viewport.fit(),
  },
  {
    id: 'fullSize',
    title: '100 %',
    menu: 'View',
    shortcut: '0',
    when: inEditor,
    perform: () => viewport.full(),
  },
  {
    id: 'zoomSelection',
    title: 'Zoom to the selection',
    menu: 'View',
    at: ['node'],
    shortcut: '.',
    when: hasSelection,
    perform: () => viewport.show(app.getState().selection),
  },
  {
    id: 'zoomIn',
    title: 'Zoom in',
    menu: 'View',
    icon: ZoomIn,
    shortcut: '+',
    when: inEditor,
    perform: viewport.zoomIn,
  },
  {
    id: 'zoomOut',
    title: 'Zoom out',
    menu: 'View',
    icon: ZoomOut,
    shortcut: '-',
    when: inEditor,
    perform: viewport.zoomOut,
  },
  ...panelCommands,
  {
    id: 'panel.whole',
    title: 'Maximise the panel',
    menu: 'View',
    shortcut: 'M',
    when: inEditor,
    perform: () => {
      const { panelWhole, set } = app.getState();
      set({ panelWhole: !panelWhole });
    },
  },
  {
    id: 'scene.fly',
    title: 'Fly to the selection in 3D',
    menu: 'View',
    shortcut: 'F',
    when: hasSelection,
    perform: () => {
      app.getState().set({ panel: 'scene' });
      scene.getState().flyTo(app.getState().selection);
    },
  },
  {
    id: 'nextPart',
    title: 'Go to the next part of the window',
    menu: 'View',
    shortcut: 'F6',
    when: inEditor,
    perform: nextPart,
  },
  {
    id: 'fullScreen',
    title: 'Full screen',
    menu: 'View',
    icon: Expand,
    shortcut: 'F11',
    perform: () => host.toggleFullScreen(),
  },
  {
    id: 'theme.system',
    title: 'Theme of the system',
    menu: 'View',
    icon: SunMoon,
    apart: true,
    perform: () => app.getState().set({ theme: 'system' }),
  },
  {
    id: 'theme.light',
    title: 'Light theme',
    menu: 'View',
    icon: Sun,
    perform: () => app.getState().set({ theme: 'light' }),
  },
  {
    id: 'theme.dark',
    title: 'Dark theme',
    menu: 'View',
    icon: Moon,
    perform: () => app.getState().set({ theme: 'dark' }),
  },
  {
    id: 'language.en',
    title: 'English',
    menu: 'View',
    icon: Languages,
    apart: true,
    perform: () => setLanguage('en'),
  },
  { id: 'language.zh', title: '简体中文', menu: 'View', icon: Languages, perform: () => setLanguage('zh') },
  {
    id: 'commands',
    title: 'All commands …',
    menu: 'Help',
    icon: CommandIcon,
    shortcut: 'Mod+K',
    perform: () => app.getState().set({ overlay: 'commands' }),
  },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    menu: 'Help',
    icon: Keyboard,
    shortcut: '?',
    perform: () => app.getState().set({ overlay: 'shortcuts' }),
  },
];

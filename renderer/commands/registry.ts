import { app } from '../store/app.ts';
import { t } from '../i18n/i18n.ts';
import { commands } from './commands.ts';
import type { Command } from './define.ts';

export function commandOf(id: string): Command | undefined {
  return commands.find((command) => command.id === id);
}

export function isEnabled({ when }: Command): boolean {
  return when?.(app.getState()) ?? true;
}

/** Does it when it can be done now; a failure becomes a notice, never a lost document. */
export function run(id: string): void {
  const command = commandOf(id);
  if (!command || !isEnabled(command)) return;
  void Promise.resolve()
    .then(() => command.perform())
    .catch((error: unknown) => {
      app.getState().set({
        notice: {
          kind: 'error',
          title: t('{{title}} did not work', { title: t(command.title) }),
          lines: [error instanceof Error ? error.message : String(error)],
        },
      });
    });
}

const isMac = navigator.platform.startsWith('Mac');

/** `Ctrl+Shift+S`, or `⇧⌘S` on a Mac. */
export function shortcutText(shortcut: string): string {
  if (!isMac) return shortcut.replace('Mod', 'Ctrl').replace('Arrow', '');
  return shortcut.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥').replace('Arrow', '');
}

function matches(shortcut: string, event: KeyboardEvent): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    mod === parts.includes('Mod') &&
    event.shiftKey === parts.includes('Shift') &&
    event.altKey === parts.includes('Alt')
  );
}

/** Keys belong to whatever is being typed into, and to buttons and lists that use them. */
function isTaken({ target, key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const typing = target.closest('input, textarea, select, [contenteditable]') !== null;
  if (typing) return !(ctrlKey || metaKey) || ['a', 'c', 'x', 'v', 'z'].includes(key.toLowerCase());
  const inCanvas = target === document.body || target.closest('.canvas') !== null;
  return !inCanvas && !(ctrlKey || metaKey) && ['Tab', 'ArrowLeft', 'ArrowRight', 'Enter', ' '].includes(key);
}

export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isTaken(event) || app.getState().overlay !== 'none') return;
    const command = commands.find(({ shortcut }) => shortcut !== undefined && matches(shortcut, event));
    if (!command || !isEnabled(command)) return;
    event.preventDefault();
    run(command.id);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

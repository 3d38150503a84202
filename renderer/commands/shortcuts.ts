import { app } from '../store/app.ts';
import { commands, enabled, run } from './registry.ts';

const isMac = navigator.platform.startsWith('Mac');

interface Keys {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

function parse(shortcut: string): Keys {
  const parts = shortcut.split('+');
  const key = shortcut.endsWith('+') ? '+' : (parts.at(-1) ?? '');
  return { mod: parts.includes('Mod'), shift: parts.includes('Shift'), alt: parts.includes('Alt'), key };
}

const keysOf = new Map(
  commands.flatMap(({ id, shortcut }) => (shortcut ? [[id, parse(shortcut)] as const] : [])),
);

const signs: Readonly<Record<string, string>> = isMac
  ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Delete: '⌫', Enter: '↩' }
  : { Mod: 'Ctrl' };

/** `⇧⌘S` on a Mac, `Ctrl+Shift+S` elsewhere. */
export function shortcutText(shortcut: string): string {
  const keys = shortcut.endsWith('+')
    ? [...shortcut.slice(0, -2).split('+').filter(Boolean), '+']
    : shortcut.split('+');
  return keys.map((key) => signs[key] ?? key).join(isMac ? '' : '+');
}

/** As Electron's menus want it. */
export function accelerator(shortcut: string): string {
  return shortcut.length === 1 ? '' : shortcut.replace('Mod', 'CmdOrCtrl');
}

function typingIn(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

/** Keys that a text field, a button or a menu needs for itself. */
function takenByFocus(target: EventTarget | null, { mod, key }: Keys): boolean {
  if (/^F\d+$/.test(key)) return false;
  if (typingIn(target)) return !mod || 'azxcv'.includes(key.toLowerCase()) || key === 'Delete';
  const element = target instanceof Element ? target : undefined;
  return key === 'Enter' && !mod && element?.closest('button, a, summary, [role="menuitem"]') !== null;
}

function pressed(event: KeyboardEvent, { mod, shift, alt, key }: Keys): boolean {
  const modifier = isMac ? event.metaKey : event.ctrlKey;
  if (modifier !== mod || event.altKey !== alt) return false;
  const same =
    event.key.toLowerCase() === key.toLowerCase() || (key === 'Delete' && event.key === 'Backspace');
  // Signs such as ? need Shift on some keyboards and not on others.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return same && (sign || event.shiftKey === shift);
}

/** One listener for all shortcuts. */
export function listenToKeys(): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const { overlay, question } = app.getState();
    if (overlay !== 'none' || question) return;
    for (const command of commands) {
      const keys = keysOf.get(command.id);
      if (!keys || command.ownEvent || !pressed(event, keys) || takenByFocus(event.target, keys)) continue;
      if (!enabled(command)) continue;
      event.preventDefault();
      run(command.id);
      return;
    }
  };
  window.addEventListener('keydown', listen);
}

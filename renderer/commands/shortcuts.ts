import type { App } from '../state/app.ts';
import type { Command } from './define.ts';
import type { Commands } from './registry.ts';

const isMac = globalThis.navigator?.platform.startsWith('Mac') ?? false;

interface Keys {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

/** Of a keyboard's event, what tells which shortcut it is. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>;

function parse(shortcut: string): Keys {
  const parts = shortcut.split('+');
  const key = shortcut.endsWith('+') ? '+' : (parts.at(-1) ?? '');
  return { mod: parts.includes('Mod'), shift: parts.includes('Shift'), alt: parts.includes('Alt'), key };
}

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
  if (target === null || /^F\d+$/.test(key)) return false;
  if (typingIn(target)) return !mod || 'azxcvy'.includes(key.toLowerCase()) || key === 'Delete';
  const element = target instanceof Element ? target : undefined;
  // Letters go to the entry that begins with them.
  if (!mod && element?.closest('[role="menu"], [role="listbox"]')) return true;
  return key === 'Enter' && !mod && element?.closest('button, a, summary, [role="menuitem"]') !== null;
}

function isPressed(event: KeyPress, { mod, shift, alt, key }: Keys): boolean {
  const modifier = isMac ? event.metaKey : event.ctrlKey;
  if (modifier !== mod || event.altKey !== alt) return false;
  const same =
    event.key.toLowerCase() === key.toLowerCase() || (key === 'Delete' && event.key === 'Backspace');
  // Signs such as ? need Shift on some keyboards and not on others.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return same && (sign || event.shiftKey === shift);
}

/** All keys that perform it, the one that menus tell first. */
export const shortcutsOf = ({ shortcut, also = [] }: Command): readonly string[] =>
  shortcut === undefined ? also : [shortcut, ...also];

/** What these keys do now; undefined where whatever has the focus needs them, or nothing can be done. */
export function commandFor(commands: Commands, event: KeyPress): Command | undefined {
  return commands.all.find((command) => {
    if (command.ownEvent) return false;
    return shortcutsOf(command).some((shortcut) => {
      const keys = parse(shortcut);
      return isPressed(event, keys) && !takenByFocus(event.target, keys) && commands.enabled(command);
    });
  });
}

/** A letter that is no shortcut begins a new name for the selected node; the field takes it, in place of the old name. */
function renameByTyping(
  app: App,
  { key, ctrlKey, metaKey, altKey, isComposing, target }: KeyboardEvent,
): void {
  const { selection, sealed } = app.getState();
  const onCanvas =
    target === document.body || (target instanceof Element && target.matches('[role=application]'));
  if (!onCanvas || isComposing || ctrlKey || metaKey || altKey || selection.length !== 1 || sealed) return;
  if (/^[\p{L}_]$/u.test(key)) app.focus.focus('inspector.name');
}

/** One listener for all shortcuts. */
export function listenToKeys(app: App, commands: Commands): void {
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const { overlay, question } = app.getState();
    if (overlay !== 'none' || question) return;
    const command = commandFor(commands, event);
    if (!command) {
      renameByTyping(app, event);
      return;
    }
    event.preventDefault();
    void commands.run(command.id);
  };
  window.addEventListener('keydown', press, { signal: app.ended });
}

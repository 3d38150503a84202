import { isTranslated } from '../i18n/i18n.ts';
import type { Feature } from './feature.ts';
import { shortcutsOf } from './shortcuts.ts';

/** What is wrong with a list of features: ids or shortcuts that occur twice, and texts that are missing. */
export function faultsOf(features: readonly Feature[]): readonly string[] {
  const commands = features.flatMap((feature) => feature.commands ?? []);
  const panels = features.flatMap(({ panel }) => panel ?? []);
  return [
    ...twice(features.map(({ id }) => id)).map((id) => `There are two features ${id}.`),
    ...twice(commands.map(({ id }) => id)).map((id) => `There are two commands ${id}.`),
    ...twice(commands.flatMap((command) => shortcutsOf(command).map(canonical))).map(
      (keys) => `Two commands have the shortcut ${keys}.`,
    ),
    ...twice(panels.map(({ name }) => name)).map((name) => `There are two panels ${name}.`),
    ...commands.flatMap(({ id, title }) => textFaults(`command ${id}`, title)),
    ...panels.flatMap(({ name, title }) => textFaults(`panel ${name}`, title)),
  ];
}

function textFaults(what: string, title: string): readonly string[] {
  if (title.trim() === '') return [`The ${what} has no title.`];
  return isTranslated(title) ? [] : [`The title of the ${what}, “${title}”, is not translated.`];
}

const twice = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, i) => names.indexOf(name) < i)),
];

/** The same keys are the same text, in whichever order they were written. */
function canonical(shortcut: string): string {
  const key = shortcut.endsWith('+') ? '+' : (shortcut.split('+').at(-1) ?? '');
  const held = ['Alt', 'Mod', 'Shift'].filter((name) => shortcut.includes(`${name}+`));
  return [...held, key.toUpperCase()].join('+');
}

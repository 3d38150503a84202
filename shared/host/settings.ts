import { languageNames } from '../languages/names.ts';
import { choice, object, optional, type TypeOf, text } from './schema.ts';

/** What the user chose for good, by name; the first of each is what holds where nothing was chosen. */
export const settingChoices = {
  theme: ['system', 'light', 'dark'],
  language: ['system', ...languageNames],
  units: ['binary', 'decimal'],
  convention: ['mac', 'flops2', 'all-ops'],
  wheel: ['zoom', 'pan'],
  flow: ['best', 'right', 'down'],
  keepOnClose: ['no', 'yes'],
  wideVectors: ['no', 'yes'],
  updates: ['never', 'start'],
} as const;
export type SettingName = keyof typeof settingChoices;
export const settingNames = Object.keys(settingChoices) as readonly SettingName[];
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingChoices, name);

const of = <const C extends readonly string[]>(choices: C) => optional(choice<C[number]>(...choices));
/** Some of the settings, each as it was chosen. */
export const someSettings = object({
  theme: of(settingChoices.theme),
  language: of(settingChoices.language),
  units: of(settingChoices.units),
  convention: of(settingChoices.convention),
  wheel: of(settingChoices.wheel),
  flow: of(settingChoices.flow),
  keepOnClose: of(settingChoices.keepOnClose),
  wideVectors: of(settingChoices.wideVectors),
  updates: of(settingChoices.updates),
});
export type SomeSettings = TypeOf<typeof someSettings>;

export const keptSettings = object({
  chosen: someSettings,
  /** The file that they are in, to be edited; empty where there is none. */
  file: text(4096),
});

/** What of a file's content are settings; the rest counts for nothing, and stays in the file. */
export function settingsIn(json: unknown): SomeSettings {
  if (typeof json !== 'object' || json === null) return {};
  const given = json as Readonly<Record<string, unknown>>;
  const known = settingNames.filter((name) =>
    (settingChoices[name] as readonly unknown[]).includes(
      Object.hasOwn(given, name) ? given[name] : undefined,
    ),
  );
  return Object.fromEntries(known.map((name) => [name, given[name]]));
}

/** Why no choice is kept where somebody's hand is in the file of the settings. */
export const noSettings = 'The file of the settings holds no JSON object.';

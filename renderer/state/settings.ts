import { type SettingName, settingChoices } from '../../shared/host/settings.ts';

/** Small settings that outlive the window: a browser's localStorage, or a map in a test. */
export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was kept may be anything; what is no choice counts for nothing. */
export function readChoice<const N extends SettingName>(
  storage: Storage,
  name: N,
): (typeof settingChoices)[N][number] {
  const kept = storage.getItem(name);
  const choices: readonly (typeof settingChoices)[N][number][] = settingChoices[name];
  return choices.find((value) => value === kept) ?? choices[0]!;
}

export type ThemeChoice = (typeof settingChoices)['theme'][number];
/** What a mouse's wheel does over the canvas. */
export type Wheel = (typeof settingChoices)['wheel'][number];
/** Which way a design runs that is laid out. */
export type Flow = (typeof settingChoices)['flow'][number];
/** Whether bytes are counted by powers of 1,024 or 1,000. */
export type Units = (typeof settingChoices)['units'][number];

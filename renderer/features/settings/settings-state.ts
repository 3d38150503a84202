import {
  type SettingName,
  type SomeSettings,
  settingChoices,
  settingNames,
} from '../../../shared/host/settings.ts';
import { languageFrom } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { readChoice } from '../../state/settings.ts';
import { showProgress } from './desktop.ts';
import { lookForUpdates } from './updates.ts';

/** Keeps a choice and lets it hold at once, where it can. */
export function choose(app: App, name: SettingName, value: string): void {
  app.storage.setItem(name, value);
  apply(app, name);
}

function apply(app: App, name: SettingName): void {
  const state = app.getState();
  const { storage } = app;
  if (name === 'theme') state.chooseTheme(readChoice(storage, name));
  if (name === 'language') state.speak(languageFrom(readChoice(storage, name), navigator.language));
  if (name === 'units') state.countBytesIn(readChoice(storage, name));
  if (name === 'convention') state.countBy(readChoice(storage, name));
  if (name === 'wheel') state.chooseWheel(readChoice(storage, name));
  // The others are looked up where they are needed.
}

/** Begins to listen to the file that the settings are in, and to what takes long; looks for updates where that was chosen. */
export function beginSettings(app: App): void {
  showProgress(app);
  app.host.on('settingsChanged', (some) => takeOver(app, some));
  if (readChoice(app.storage, 'updates') === 'start') void lookForUpdates(app, false);
}

function takeOver(app: App, some: SomeSettings): void {
  for (const name of settingNames) {
    const value = some[name] ?? settingChoices[name][0];
    if (value === readChoice(app.storage, name)) continue;
    choose(app, name, value);
  }
}

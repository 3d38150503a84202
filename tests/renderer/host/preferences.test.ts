import { expect, it } from 'vitest';
import { createPreferences } from '../../../renderer/host/preferences.ts';

it('tells of a choice that the file of the settings did not take, which holds all the same', async () => {
  const said: unknown[] = [];
  const full = new Error('The disk is full.');
  const preferences = createPreferences({ changeSettings: () => Promise.reject(full) }, {});
  preferences.onRefused((error) => said.push(error));
  preferences.setItem('theme', 'dark');
  preferences.setItem('not a setting', 'x');
  await new Promise((settled) => setTimeout(settled));
  expect(said).toEqual([full]);
  expect(preferences.getItem('theme')).toBe('dark');
});

import type { Host } from '../../shared/host/contract.ts';
import { isSettingName, type SomeSettings } from '../../shared/host/settings.ts';

/** Small choices of the user, kept by the host's file, else by the browser; where neither keeps anything, until the page is left. */
export interface Preferences {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  /** Whether the browser refused to keep something. */
  blocked(): boolean;
  /** Told of each choice that the host's file did not take: it holds until the window is closed. */
  onRefused(listener: (error: unknown) => void): void;
}

/** `chosen` is what stood in the host's file when the page was loaded. */
export function createPreferences(host: Pick<Host, 'changeSettings'>, chosen: SomeSettings): Preferences {
  const remembered = new Map<string, string>(Object.entries(chosen));
  let blocked = false;
  let tellRefused: (error: unknown) => void = () => undefined;
  return {
    getItem(key) {
      if (isSettingName(key) && remembered.has(key)) return remembered.get(key) ?? null;
      try {
        return localStorage.getItem(key) ?? remembered.get(key) ?? null;
      } catch {
        // Blocked, or absent: even to name it throws.
        blocked = true;
        return remembered.get(key) ?? null;
      }
    },
    setItem(key, value) {
      const same = remembered.get(key) === value;
      remembered.set(key, value);
      if (isSettingName(key) && !same)
        host.changeSettings({ [key]: value }).catch((error) => tellRefused(error));
      try {
        localStorage.setItem(key, value);
      } catch {
        blocked = true;
      }
    },
    blocked: () => blocked,
    onRefused(listener) {
      tellRefused = listener;
    },
  };
}

import type { Host } from '../../shared/host/contract.ts';
import { createBrowserHost } from './browser-host.ts';

declare global {
  interface Window {
    /** Put there by the preload of the desktop app. */
    readonly netwright?: Host;
  }
}

interface Surroundings {
  readonly host: Host;
  /** Whether unsaved work is kept at once; else the last few edits before a sudden end may be missing. */
  readonly keepsAtOnce: Promise<boolean>;
}

function surroundings(): Surroundings {
  if (window.netwright) return { host: window.netwright, keepsAtOnce: Promise.resolve(true) };
  const host = createBrowserHost();
  return { host, keepsAtOnce: host.keepsAtOnce };
}

/** Whoever stands around the app: Electron, or a browser. */
export const { host, keepsAtOnce } = surroundings();

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

/** Whoever stands around an app, until it ends: Electron, or a browser. */
export function surroundings(ended: AbortSignal): Surroundings {
  if (window.netwright) return { host: window.netwright, keepsAtOnce: Promise.resolve(true) };
  const host = createBrowserHost(ended);
  return { host, keepsAtOnce: host.keepsAtOnce };
}

import type { Host } from '../../shared/host/contract.ts';
import { createBrowserHost } from './browser-host.ts';

declare global {
  interface Window {
    /** Put there by the preload of the desktop app. */
    readonly netwright?: Host;
  }
}

/** Whoever stands around the app: Electron, or a browser. */
export const host: Host = window.netwright ?? createBrowserHost();

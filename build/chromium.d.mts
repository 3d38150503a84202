/** The first Chromium, Chrome or Edge on this machine; CHROMIUM names another. */
export function findChromium(): string | undefined;
/** The same without windows, where there is one: pages start in it in less time. */
export function findHeadlessShell(): string | undefined;
export const howToGetChromium: string;
/** Name and version of it, without what a distribution adds; nothing where there is none. */
export function chromiumVersion(): string | undefined;

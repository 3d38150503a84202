/** Everything comes from the app itself; no eval but WebAssembly's own compilation. */
export const contentSecurityPolicy: string;
/** What makes the page cross-origin isolated, so that SharedArrayBuffer works. */
export const isolationHeaders: Readonly<Record<string, string>>;

/** What stands for the nonce in pages as they are built. */
export const NONCE: string;
/** The page as it goes out: with a nonce that was made for it alone. */
export function withNonce(html: string, nonce: string): string;
/** Everything comes from the app itself; no eval but WebAssembly's own compilation; styles from files, or with the nonce. */
export function contentSecurityPolicy(nonce?: string): string;
/** What makes the page cross-origin isolated, so that SharedArrayBuffer works, and tells nobody of it. */
export const isolationHeaders: Readonly<Record<string, string>>;

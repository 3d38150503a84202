/** What stands for the nonce in pages as they are built. */
export const NONCE = 'NETWRIGHT-NONCE';

/** The page as it goes out: with a nonce that was made for it alone. */
export const withNonce = (html, nonce) => html.replaceAll(NONCE, nonce);

/**
 * Everything comes from the app itself; no eval but WebAssembly's own compilation. Styles that a library adds while the page
 * runs carry the nonce, or are not taken.
 */
export const contentSecurityPolicy = (nonce) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self' blob: data:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** What makes the page cross-origin isolated, so that SharedArrayBuffer works. */
export const isolationHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'referrer-policy': 'no-referrer',
};

/** Serves a folder on a loopback port with the headers that the app gets in Electron too; pages that are not the app may bring a policy of their own. */
export function serve(
  folder: string,
  port?: number,
  policy?: (nonce?: string) => string,
  answers?: (pathname: string) => { readonly type: string; readonly body: string | Uint8Array } | undefined,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }>;

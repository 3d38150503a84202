/** Serves a folder on a loopback port with the headers that the app gets in Electron too; pages that are not the app may bring a policy of their own. */
export function serve(
  folder: string,
  port?: number,
  policy?: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }>;

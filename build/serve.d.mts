/** Serves a folder on a loopback port with the headers that the app gets in Electron too. */
export function serve(
  folder: string,
  port?: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }>;

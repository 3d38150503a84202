/** Where the app lives in a browser, in the order in which they are tried. */
export const PORTS: readonly number[];
/** The browser's profile of the app, kept from start to start. */
export function profileFolder(
  environment?: Readonly<Record<string, string | undefined>>,
  platform?: string,
): string;
/** The instance that runs, or the port for a new one; with the ports that other programs hold. */
export function findPlace(
  profile: string,
  ports?: readonly number[],
): Promise<{
  readonly running: number | undefined;
  readonly free: number | undefined;
  readonly foreign: readonly number[];
}>;
/** Leaves a file where the instance that runs finds it; the address part that opens it there. */
export function handOver(profile: string, file: string): string;
/** What an instance answers besides its files: who it is, and the files that were handed to it. */
export function answersOf(
  profile: string,
): (pathname: string) => { readonly type: string; readonly body: string | Uint8Array } | undefined;

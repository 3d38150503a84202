/** Where the app's own page lives. */
export const APP_ORIGIN = 'app://netwright';

/** Where `npm run dev` serves the sources, for an app that runs from them; what is shipped looks nowhere but into itself. */
export function sourcesFor(isPackaged: boolean, given = process.env.NETWRIGHT_DEV): string | undefined {
  return !isPackaged && given !== undefined && /^http:\/\/127\.0\.0\.1:\d+\/$/.test(given)
    ? given
    : undefined;
}

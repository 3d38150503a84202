/** Where the app's own page lives. */
export const APP_ORIGIN = 'app://netwright';

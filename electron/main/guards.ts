import { app, type Session, type WebContents } from 'electron';
import { APP_ORIGIN } from './origin.ts';

/** Nothing that the page does needs a permission but the clipboard, full screen, and the camera for a picture to run. */
const allowed = new Set(['clipboard-read', 'clipboard-sanitized-write', 'fullscreen', 'media']);

/** All that a page of the app is made of; what the developer tools load is theirs. */
const ownSchemes = /^(app|blob|data|devtools):/;

const isOwnPage = (url: string): boolean => url.startsWith(`${APP_ORIGIN}/`);

/** Chromium's own ways to the network, of which the app needs none. */
export function closeNetwork(): void {
  app.commandLine.appendSwitch('dns-prefetch-disable');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
}

/**
 * What pages may ask of the session: next to nothing, and no byte from outside. A page that is developed hears of changes
 * through the socket of the server of its sources.
 */
export function guardSession(session: Session, sources?: string): void {
  session.setPermissionRequestHandler((contents, permission, reply, details) => {
    const listens = 'mediaTypes' in details && details.mediaTypes?.includes('audio');
    reply(allowed.has(permission) && !listens && isOwnPage(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_, permission, origin, { mediaType }) =>
      allowed.has(permission) && mediaType !== 'audio' && isOwnPage(`${origin.replace(/\/$/, '')}/`),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_, reply) => reply({}));
  const socket = sources?.replace(/^http/, 'ws');
  const isOwn = (url: string): boolean =>
    ownSchemes.test(url) || (socket !== undefined && url.startsWith(socket));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwn(url) }));
  // Files are written by the host, where the user said.
  session.on('will-download', (event) => event.preventDefault());
}

/** Where contents of whatever kind may go: nowhere. Windows of the app answer for their own page themselves. */
export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { contentTypeOf } from '../../shared/host/content-types.mjs';
import { contentSecurityPolicy, isolationHeaders, withNonce } from '../../shared/host/headers.mjs';
import { CRASH_PAGE, crashPage } from './crash-page.ts';
import { APP_ORIGIN } from './origin.ts';

/** Before the app is ready: the scheme counts as a secure origin with fetch, so that workers and isolation work. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

const notFound = (): Response => new Response('', { status: 404, headers: isolationHeaders });

/** Serves the built page, and nothing beside it; in development what the server of its sources has. */
export function serveApp(folder: string, sources?: string): void {
  protocol.handle('app', async (request) => {
    try {
      const { host, pathname, search } = new URL(request.url);
      const path = decodeURIComponent(pathname);
      if (request.url === CRASH_PAGE) return crashPage();
      const file = join(folder, normalize(path === '/' ? '/index.html' : path));
      if (`app://${host}` !== APP_ORIGIN || !file.startsWith(folder + sep)) return notFound();
      if (sources !== undefined) return await fetch(new URL(pathname + search, sources));
      const bytes = new Uint8Array(await readFile(file));
      const nonce = file.endsWith('.html') ? randomBytes(16).toString('base64') : undefined;
      const body = nonce === undefined ? bytes : withNonce(new TextDecoder().decode(bytes), nonce);
      return new Response(body, {
        headers: {
          'content-type': contentTypeOf(file),
          'content-security-policy': contentSecurityPolicy(nonce),
          ...isolationHeaders,
        },
      });
    } catch {
      return notFound();
    }
  });
}

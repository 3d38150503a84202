import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { contentSecurityPolicy, isolationHeaders } from '../../shared/host/headers.mjs';

export const APP_ORIGIN = 'app://netwright';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** Before the app is ready: the scheme counts as a secure origin with fetch, so that workers and isolation work. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

const notFound = (): Response => new Response('', { status: 404, headers: isolationHeaders });

/** Serves the built page, and nothing beside it. */
export function serveApp(folder: string): void {
  protocol.handle('app', async (request) => {
    try {
      const { host, pathname } = new URL(request.url);
      const path = decodeURIComponent(pathname);
      const file = join(folder, normalize(path === '/' ? '/index.html' : path));
      if (`app://${host}` !== APP_ORIGIN || !file.startsWith(folder + sep)) return notFound();
      const bytes = await readFile(file);
      return new Response(new Uint8Array(bytes), {
        headers: {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': contentSecurityPolicy,
          ...isolationHeaders,
        },
      });
    } catch {
      return notFound();
    }
  });
}

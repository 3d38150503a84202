import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize, sep } from 'node:path';
import { contentTypeOf } from '../shared/host/content-types.mjs';
import { contentSecurityPolicy, isolationHeaders } from '../shared/host/headers.mjs';

/** The file that an address means; nothing for what is not there, not inside, or no address at all. */
function fileFor(folder, address) {
  try {
    const path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
    const file = join(folder, normalize(path === '/' ? '/index.html' : path));
    return file.startsWith(folder + sep) && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Serves a folder on a loopback port with the headers that the app gets in Electron too; pages that are not the app may
 * bring a policy of their own.
 */
export async function serve(folder, port = 0, policy = contentSecurityPolicy) {
  const server = createServer((request, response) => {
    const file = fileFor(folder, request.url ?? '/');
    if (!file) {
      response.writeHead(404, isolationHeaders).end();
      return;
    }
    response.writeHead(200, {
      'content-type': contentTypeOf(file),
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      ...isolationHeaders,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

import { randomBytes } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize, sep } from 'node:path';
import { contentTypeOf } from '../shared/host/content-types.mjs';
import { contentSecurityPolicy, isolationHeaders, withNonce } from '../shared/host/headers.mjs';

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

export function isOwnName(host, port) {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/**
 * Serves a folder on a loopback port with the headers that the app gets in Electron too; pages that are not the app may
 * bring a policy of their own. `answers` says what stands at addresses that are no files.
 */
export async function serve(folder, port = 0, policy = contentSecurityPolicy, answers = () => undefined) {
  const headers = { 'content-security-policy': policy(), ...isolationHeaders };
  const server = createServer((request, response) => {
    const refuse = (status, more = {}) => response.writeHead(status, { ...headers, ...more }).end();
    // A name of somebody else's may point here too: its pages are not ours to answer.
    if (!isOwnName(request.headers.host, server.address().port)) return refuse(421);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { allow: 'GET, HEAD' });
    const answer = answers((request.url ?? '/').replace(/[?#].*/, ''));
    if (answer) {
      response.writeHead(200, { 'content-type': answer.type, ...headers }).end(answer.body);
      return;
    }
    const file = fileFor(folder, request.url ?? '/');
    if (!file) return refuse(404);
    const type = { 'content-type': contentTypeOf(file), 'cache-control': 'no-cache' };
    if (file.endsWith('.html')) {
      const nonce = randomBytes(16).toString('base64');
      response.writeHead(200, { ...type, ...headers, 'content-security-policy': policy(nonce) });
      response.end(request.method === 'HEAD' ? undefined : withNonce(readFileSync(file, 'utf8'), nonce));
      return;
    }
    response.writeHead(200, { ...type, ...headers });
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
  });
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', ready);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

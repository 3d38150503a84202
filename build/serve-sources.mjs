import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { createServer } from 'vite';
import { contentTypeOf } from '../shared/host/content-types.mjs';
import { contentSecurityPolicy, isolationHeaders, withNonce } from '../shared/host/headers.mjs';
import { root } from './install.mjs';
import { buildKernels } from './kernels.mjs';
import { isOwnName } from './serve.mjs';

const KERNELS = '/cpu/';

/**
 * The built app's policy with what changing a page while it runs needs besides: a script in the page, which carries the nonce,
 * and the socket of this one port, which the page in Electron is not at home at.
 */
const policyFor = (port, framed) => (nonce) =>
  (framed
    ? contentSecurityPolicy(nonce).replace(
        "frame-ancestors 'none'",
        "frame-ancestors 'self'; frame-src 'self'",
      )
    : contentSecurityPolicy(nonce)
  )
    .replace('script-src', nonce === undefined ? 'script-src' : `script-src 'nonce-${nonce}'`)
    .replace('connect-src', `connect-src ws://127.0.0.1:${port}`);

/**
 * Serves the app from its sources at a loopback port, with the headers of the built one; what changes in them changes in the
 * page. `tree` is the checkout that they lie in; `framed` pages may show each other.
 */
export async function serveSources({ tree = root, port = 0, logLevel = 'info', framed = false } = {}) {
  const { outDir: kernels } = await buildKernels();
  let vite;
  const server = createHttpServer((request, response) => void answer(request, response));
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', ready);
  });
  const at = server.address().port;
  const policy = policyFor(at, framed);
  vite = await createServer({
    configFile: join(tree, 'renderer/vite.config.ts'),
    base: '/',
    appType: 'custom',
    clearScreen: false,
    logLevel,
    cacheDir: join(tree, 'out/.vite'),
    // A package that is met later than the others would load the page anew.
    optimizeDeps: { entries: ['*.html', 'main.tsx', 'workers/*.worker.ts'] },
    server: {
      middlewareMode: true,
      hmr: { server, protocol: 'ws', host: '127.0.0.1', clientPort: at },
      fs: { allow: [root] },
    },
  });

  async function answer(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname === '/' ? '/index.html' : pathname;
    for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
    response.setHeader('content-security-policy', policy());
    const refuse = (status) => response.writeHead(status).end();
    // A name of somebody else's may point here too: its pages are not ours to answer.
    if (!isOwnName(request.headers.host, at)) return refuse(421);
    if (/^\/[\w-]+\.html$/.test(file) && existsSync(join(tree, 'renderer', file)))
      return page(file, response);
    if (file.startsWith(KERNELS)) {
      const kernel = join(kernels, file.slice(KERNELS.length).replaceAll('/', ''));
      if (!existsSync(kernel)) return refuse(404);
      response.setHeader('content-type', contentTypeOf(kernel));
      return response.end(readFileSync(kernel));
    }
    vite.middlewares(request, response, () => refuse(404));
  }

  async function page(file, response) {
    try {
      const nonce = randomBytes(16).toString('base64');
      const source = readFileSync(join(tree, 'renderer', file), 'utf8');
      const html = await vite.transformIndexHtml(file, source.replaceAll('../assets/', `/@fs${tree}assets/`));
      response.setHeader('content-security-policy', policy(nonce));
      response.setHeader('content-type', contentTypeOf(file));
      response.end(withNonce(html, nonce));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(String(error));
    }
  }

  return {
    url: `http://127.0.0.1:${at}/`,
    async close() {
      const ended = new Promise((closed) => server.close(closed));
      await vite.close();
      server.closeAllConnections();
      await ended;
    },
  };
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../build/serve.mjs';

describe('the loopback server', () => {
  let folder = '';
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'netwright-serve-'));
    mkdirSync(join(folder, 'app'));
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'app/index.html'), '<!doctype html>');
    server = await serve(join(folder, 'app'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('isolates its pages and lets them evaluate nothing', async () => {
    const { headers, status } = await fetch(server.url);
    expect(status).toBe(200);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(headers.get('x-dns-prefetch-control')).toBe('off');
  });

  it('takes no styles but those of files, and those with the nonce that each page has for itself', async () => {
    writeFileSync(join(folder, 'app/page.html'), '<meta property="csp-nonce" nonce="NETWRIGHT-NONCE">');
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const answer = await fetch(new URL('page.html', server.url));
        const [, said] = /style-src 'self' 'nonce-([\w+/=]{20,})';/.exec(
          answer.headers.get('content-security-policy') ?? '',
        )!;
        expect(await answer.text()).toBe(`<meta property="csp-nonce" nonce="${said}">`);
        return said;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  /** MIME types as the IANA's registry has them; `nosniff` keeps browsers from mending a wrong one. */
  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['kernels.wasm', 'application/wasm'],
    ['photo.jpg', 'image/jpeg'],
    ['letters.ttf', 'font/ttf'],
    ['weights.safetensors', 'application/octet-stream'],
  ])('says what %s is', async (name, type) => {
    writeFileSync(join(folder, 'app', name), '');
    const { headers } = await fetch(new URL(name, server.url));
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  /** As written: fetch would tidy the address first. */
  const ask = (path: string, options: RequestOptions = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path, ...options }, (response) => resolve(response.resume()))
        .on('error', reject)
        .end();
    });
  const statusOf = async (path: string) => (await ask(path)).statusCode;

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example'])(
    'answers nobody who calls it %s',
    async (host) => {
      const reply = await ask('/index.html', { headers: { host } });
      expect(reply.statusCode).toBe(421);
      expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('answers no %s', async (method) => {
    const reply = await ask('/index.html', { method });
    expect(reply.statusCode).toBe(405);
    expect(reply.headers.allow).toBe('GET, HEAD');
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('says of a file what a GET would, without the file', async () => {
    const reply = await ask('/index.html', { method: 'HEAD' });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('keeps its policy where it has nothing', async () => {
    const reply = await ask('/missing');
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%', '/%00', '//', '/missing'])(
    'has nothing at %s, and goes on serving',
    async (path) => {
      expect(await statusOf(path)).toBe(404);
      expect(await statusOf('/index.html')).toBe(200);
    },
  );
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answersOf, findPlace, handOver, PORTS, profileFolder } from '../../build/instance.mjs';
import { serve } from '../../build/serve.mjs';

const work = mkdtempSync(join(tmpdir(), 'netwright-instance-'));
const profile = join(work, 'profile');
writeFileSync(join(work, 'index.html'), 'page');
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  rmSync(work, { recursive: true, force: true });
});

async function foreignAt(
  answer: (response: ServerResponse) => void = (response) => response.end('somebody'),
): Promise<number> {
  const server: Server = createServer((_, response) => answer(response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
/** A port where nobody is. */
async function freePort(): Promise<number> {
  const { url, close } = await serve(work);
  await close();
  return Number(new URL(url).port);
}

describe('the app in a browser', () => {
  it('has the same few places, and the same profile, at every start', () => {
    expect(new Set(PORTS).size).toBe(3);
    expect(profileFolder({ XDG_CONFIG_HOME: '/c' }, 'linux')).toBe(join('/c', 'netwright-browser'));
    expect(profileFolder({}, 'darwin')).toContain('Application Support');
  });

  it('takes the first free place, and tells who holds the others', async () => {
    const [foreign, free] = [await foreignAt(), await freePort()];
    expect(await findPlace(profile, [foreign, free])).toEqual({
      running: undefined,
      free,
      foreign: [foreign],
    });
    expect(await findPlace(profile, [foreign])).toMatchObject({ running: undefined, free: undefined });
  });

  it('takes nobody for itself who only repeats what it was told, or never ends', async () => {
    const { url, close } = await serve(work, 0, undefined, answersOf(profile));
    closing.push(close);
    const asked = `netwright-instance/${'0'.repeat(32)}`;
    const told = await (await fetch(url + asked)).text();
    expect(await (await fetch(`${url}netwright-instance/${'1'.repeat(32)}`)).text()).not.toBe(told);
    const ports = await Promise.all([
      foreignAt((response) => response.end(told)),
      foreignAt((response) => {
        const more = (): void => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      }),
    ]);
    expect(await findPlace(profile, ports)).toMatchObject({ running: undefined, foreign: ports });
  });

  it.runIf(process.platform !== 'win32')('does not wait for a pipe that it is handed', async () => {
    const pipe = join(work, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    const token = new URLSearchParams(handOver(profile, pipe)).get('open');
    expect(answersOf(profile)(`/handed/${token}`)).toBeUndefined();
  });

  it('finds the instance of its own profile alone, and hands it a file', async () => {
    const { url, close } = await serve(work, 0, undefined, answersOf(profile));
    closing.push(close);
    const port = Number(new URL(url).port);
    expect(await findPlace(profile, [port])).toEqual({ running: port, free: undefined, foreign: [] });
    expect(await findPlace(join(work, 'another'), [port])).toMatchObject({
      running: undefined,
      foreign: [port],
    });

    const file = join(work, 'Netz & Co.json');
    writeFileSync(file, '{"a":1}');
    const query = new URLSearchParams(handOver(profile, file));
    expect(query.get('name')).toBe('Netz & Co.json');
    const handed = await fetch(`${url}handed/${query.get('open')}`);
    expect(await handed.text()).toBe('{"a":1}');
    expect(handed.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const other of ['handed/../../etc/passwd', 'handed/x', `handed/${'0'.repeat(32)}`])
      expect((await fetch(url + other)).status, other).toBe(404);
  });
});

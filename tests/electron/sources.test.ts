import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canLaunch, main } from './harness/built.ts';
import { launchDesktop } from './harness/launch.ts';

describe.skipIf(!canLaunch)('the desktop that runs from its sources (needs Chromium and a build)', () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'x-asked': request.url });
    response.end('<div id="root"><p id="from">the sources</p></div>');
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => delete process.env.NETWRIGHT_DEV);
  afterAll(() => server.close());

  it.each([
    ['shows them, and lets their page hear of changes', false],
    ['looks nowhere but into itself once it is packaged', true],
  ])('%s', async (_, packaged) => {
    process.env.NETWRIGHT_DEV = url;
    const desktop = await launchDesktop({ main, packaged });
    try {
      expect(await desktop.page.locator('#from').count()).toBe(packaged ? 0 : 1);
      expect(desktop.requests(url.replace('http', 'ws'))).toBe(!packaged);
      expect(desktop.requests(url)).toBe(false);
      expect(desktop.requests('ws://127.0.0.1:1/')).toBe(false);
    } finally {
      await desktop.close();
    }
  });
});

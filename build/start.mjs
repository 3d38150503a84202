// npm start: install and build when needed, then open Electron, or a browser window where Electron cannot be had.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { electronBinary, fetchElectron, runElectron, showIn } from './windows.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt(['renderer', 'electron', 'cli', 'lib']);

const refused = electronBinary() ? undefined : fetchElectron();
const binary = electronBinary();
if (binary) runElectron(binary, process.argv.slice(2));
else {
  console.log(`Electron is not available here (${refused}); opening Netwright in a browser window instead.`);
  await openInBrowser();
}

async function openInBrowser() {
  const { findChromium } = await import('./chromium.mjs');
  const { answersOf, findPlace, handOver, profileFolder } = await import('./instance.mjs');
  const { serve } = await import('./serve.mjs');
  const profile = profileFolder();
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const files = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
  const queries = files.length > 0 ? files.map((file) => handOver(profile, file)) : [''];
  const chromium = findChromium();
  const { running, free, foreign } = await findPlace(profile);
  for (const port of foreign)
    console.log(`Another program holds port ${port}, where Netwright may have kept work.`);
  if (running !== undefined) {
    const urls = queries.map((query) => `http://127.0.0.1:${running}/${query}`);
    if (chromium) for (const url of urls) showIn(chromium, profile, url).unref();
    console.log(`Netwright runs already; ${chromium ? 'it opens' : 'open'} ${urls.join(' and ')}`);
    return;
  }
  if (free === undefined) {
    console.error(
      'Netwright cannot start: other programs hold all of its ports. End one of them, then start again.',
    );
    process.exit(1);
  }
  const { url, close } = await serve(join(root, 'out/renderer'), free, undefined, answersOf(profile));
  if (!chromium) {
    console.log(
      `Open ${queries.map((query) => url + query).join(' and ')} in a browser. Press Ctrl+C to stop.`,
    );
    return;
  }
  const [first, ...others] = queries.map((query) => showIn(chromium, profile, url + query));
  for (const other of others) other.unref();
  console.log(`Netwright is open at ${url}; close the window to end.`);
  first.on('close', async () => {
    await close();
    process.exit(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => first.kill());
}

// Draws the icons of the app and of its files in the sizes and containers that the platforms want, from assets/icons/*.svg.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';
import { root } from './install.mjs';

const folder = join(root, 'assets/icons');
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];

async function drawAll(svg) {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const pngs = new Map();
  for (const size of sizes) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    pngs.set(size, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
  await browser.close();
  return pngs;
}

/** Windows: a directory of PNG images. */
function toIco(pngs) {
  const chosen = [16, 32, 48, 64, 128, 256];
  const head = Buffer.alloc(6 + 16 * chosen.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(chosen.length, 4);
  let offset = head.length;
  for (const [i, size] of chosen.entries()) {
    const at = 6 + 16 * i;
    const { length } = pngs.get(size);
    head.writeUInt8(size === 256 ? 0 : size, at);
    head.writeUInt8(size === 256 ? 0 : size, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  }
  return Buffer.concat([head, ...chosen.map((size) => pngs.get(size))]);
}

/** macOS: tagged PNG images. */
function toIcns(pngs) {
  const tags = { ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64, ic13: 256, ic14: 512 };
  const parts = Object.entries(tags).map(([tag, size]) => {
    const head = Buffer.alloc(8);
    head.write(tag, 'latin1');
    head.writeUInt32BE(8 + pngs.get(size).length, 4);
    return Buffer.concat([head, pngs.get(size)]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...parts]);
}

for (const [name, into, container] of [
  ['app', '.', 'icon'],
  ['document', 'document', '../document'],
]) {
  const pngs = await drawAll(readFileSync(join(folder, `${name}.svg`), 'utf8'));
  const place = join(folder, into);
  mkdirSync(place, { recursive: true });
  for (const size of [16, 32, 48, 64, 128, 256, 512])
    writeFileSync(join(place, `${size}x${size}.png`), pngs.get(size));
  writeFileSync(join(place, `${container}.ico`), toIco(pngs));
  writeFileSync(join(place, `${container}.icns`), toIcns(pngs));
}

import { cpus } from 'node:os';
import { produce } from 'immer';
import type { Page } from 'playwright-core';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { onCanvas, openApp } from '../e2e/app.ts';

const COLUMNS = 20;
const [COLUMN_PIXELS, ROW_PIXELS] = [260, 110];

/** Every node on a grid, as a saved file has them. */
function placed(design: Design): Design {
  const layout = Object.fromEntries(
    Object.keys(design.nodes).map((id, i) => [
      id,
      { x: (i % COLUMNS) * COLUMN_PIXELS, y: Math.floor(i / COLUMNS) * ROW_PIXELS },
    ]),
  );
  return { ...design, layout };
}

/** ResNet-152 with every block opened. */
function resnet152(): Design {
  let design = zooEntry('resnet152')!.build();
  for (;;) {
    const block = Object.entries(design.nodes).find(([, { kind }]) => isBlockKind(kind));
    if (!block) return placed(design);
    design = produce(design, unpackBlock(block[0]));
  }
}

function chain(count: number): Design {
  const ids = Array.from({ length: count }, (_, i) => (i === 0 ? 'input' : `conv${i}`));
  const nodes = Object.fromEntries(
    ids.map((id, i) => [
      id,
      i === 0 ? newNode('input') : newNode('conv2d', { channels: 8, padding: [1, 1, 1, 1] }),
    ]),
  );
  const wires = ids.slice(1).map((id, i) => wireBetween(ids[i]!, id));
  return placed({
    ...emptyDesign,
    name: 'chain',
    nodes,
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
  });
}

/** Milliseconds from choosing the file to the frame that shows its nodes. */
async function openAndWait(page: Page): Promise<number> {
  await page.evaluate(() => {
    window.addEventListener('keydown', () => performance.mark('asked'), { once: true, capture: true });
  });
  await page.keyboard.press('Control+o');
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector('.layer-node')) {
            requestAnimationFrame(() => resolve(performance.measure('opened', 'asked').duration));
          } else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

const PAN_MS = 2000;

/** Frames per second while the canvas is dragged to and fro. */
async function pan(page: Page): Promise<number> {
  await page.evaluate(() => {
    const count = (): void => {
      document.body.dataset.frames = String(Number(document.body.dataset.frames ?? '0') + 1);
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const frames = (): Promise<number> => page.evaluate(() => Number(document.body.dataset.frames));
  // Between two rows of nodes.
  const from = await onCanvas(page, 0.5, 0.03);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const [before, started] = [await frames(), performance.now()];
  for (let i = 0; performance.now() - started < PAN_MS; i++) {
    await page.mouse.move(from.x - 250 * Math.sin(i / 20), from.y - 100 * Math.sin(i / 33));
  }
  const fps = ((await frames()) - before) / ((performance.now() - started) / 1000);
  await page.mouse.up();
  return fps;
}

/** Opening and panning large designs in the built app. */
export async function bench(): Promise<string> {
  const app = await openApp({ width: 1280, height: 800 });
  try {
    const { page } = app;
    const large = resnet152();
    await app.offer('resnet152.netwright.json', new TextEncoder().encode(writeSpec(large)));
    const openMilliseconds = await openAndWait(page);
    const thousand = chain(1000);
    await app.offer('chain.netwright.json', new TextEncoder().encode(writeSpec(thousand)));
    await page.keyboard.press('Control+o');
    await page.locator('.design-name input[value="chain"]').waitFor();
    await page.locator('.canvas').focus();
    await page.keyboard.press('0');
    await page.locator('.react-flow__viewport[style*="scale(1)"]').waitFor({ state: 'attached' });
    const fps = await pan(page);
    return [
      '## Canvas',
      '',
      `Headless Chromium at 1280×800 without a graphics card. ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads; ${new Date().toISOString().slice(0, 10)}.`,
      '',
      '| what | asked | measured |',
      '|---|---|---|',
      `| opening ResNet-152, every block opened (${Object.keys(large.nodes).length} nodes), to the first picture | < 2000 ms | ${openMilliseconds.toFixed(0)} ms |`,
      `| panning at zoom 1 over ${Object.keys(thousand.nodes).length} nodes | ≥ 50 frames/s | ${fps.toFixed(0)} frames/s |`,
      '',
    ].join('\n');
  } finally {
    await app.close();
  }
}

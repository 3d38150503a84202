import { cpus } from 'node:os';
import type { Page } from 'playwright-core';
import { NODE_HEIGHT, NODE_WIDTH } from '../../renderer/layout/geometry.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import { layOut } from '../../shared/layout/layout.ts';
import { type OpenApp, onCanvas, openApp } from '../e2e/app.ts';
import { residualNetwork } from './large-design.ts';

const SIZES = [5000, 20_000] as const;
const GESTURE_MS = 2000;
const EDITS = 7;

/** Runs in the page: counts frames from now on, and tells when a key was pressed and what came of it was painted. */
function watchFrames(): void {
  const { dataset } = document.body;
  const count = (): void => {
    dataset.frames = String(Number(dataset.frames ?? '0') + 1);
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  window.addEventListener(
    'keydown',
    () => {
      const pressed = performance.now();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          dataset.answered = String(performance.now() - pressed);
        };
        port2.postMessage(undefined);
      });
    },
    { capture: true },
  );
}

/** Where a file that was saved has the nodes. */
function placesOf({ nodes, wires }: Design): Design['layout'] {
  const boxes = Object.keys(nodes).map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT }));
  const links = Object.values(wires).map(({ from, to }) => ({ from: from.node, to: to.node }));
  const gap = { along: 84, across: 40, rows: 90 };
  const { places } = layOut(boxes, links, { direction: 'right', aspect: 1.7, gap });
  return Object.fromEntries(
    [...places].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
  );
}

/** Opens a design; milliseconds from choosing its file to the picture that shows it. */
async function open({ page, offer }: OpenApp, design: Design, name: string): Promise<number> {
  await offer(`${name}.netwright.json`, new TextEncoder().encode(writeSpec({ ...design, name })));
  await page.evaluate(() => {
    window.addEventListener('keydown', () => performance.mark('asked'), { once: true, capture: true });
  });
  const shown = page.evaluate(
    (title) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.title.includes(title) && document.querySelector('.picture[data-sharp=true]'))
            requestAnimationFrame(() => resolve(performance.measure('opened', 'asked').duration));
          else requestAnimationFrame(look);
        };
        look();
      }),
    name,
  );
  await page.keyboard.press('Control+o');
  return shown;
}

/** Frames per second while the mouse does something again and again. */
async function framesWhile(page: Page, act: (turn: number) => Promise<void>): Promise<number> {
  const frames = (): Promise<number> => page.evaluate(() => Number(document.body.dataset.frames));
  const [before, started] = [await frames(), performance.now()];
  for (let i = 0; performance.now() - started < GESTURE_MS; i++) await act(i);
  return ((await frames()) - before) / ((performance.now() - started) / 1000);
}

async function pan(page: Page): Promise<number> {
  const from = await emptyPlace(page);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const fps = await framesWhile(page, (i) =>
    page.mouse.move(from.x - 250 * Math.sin(i / 20), from.y - 100 * Math.sin(i / 33)),
  );
  await page.mouse.up();
  return fps;
}

/** A point of the canvas with nothing under it. */
async function emptyPlace(page: Page): Promise<{ x: number; y: number }> {
  for (let down = 0.5; down < 0.95; down += 0.02) {
    const at = await onCanvas(page, 0.5, down);
    await page.mouse.move(at.x, at.y);
    const isEmpty = await page.evaluate(
      ({ x, y }) => document.elementFromPoint(x, y)?.classList.contains('react-flow__pane') === true,
      at,
    );
    if (isEmpty) return at;
  }
  throw new Error('There is no empty place on the canvas.');
}

async function zoom(page: Page): Promise<number> {
  const { x, y } = await onCanvas(page, 0.4, 0.4);
  await page.mouse.move(x, y);
  return framesWhile(page, (i) => page.mouse.wheel(0, i % 40 < 20 ? -24 : 24));
}

async function drag(page: Page): Promise<number> {
  const node = page.locator('.react-flow__node.selected');
  const box = (await node.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 1, y);
  await page.mouse.move(x, y);
  await page.mouse.down();
  const fps = await framesWhile(page, (i) =>
    page.mouse.move(x + 120 * Math.sin(i / 20), y + 5 + 60 * Math.sin(i / 30)),
  );
  await page.mouse.up();
  await page.keyboard.press('Control+z');
  return fps;
}

/** Milliseconds from a key that changes the selected layer to the frame that shows it; the median of a few. */
async function edit(page: Page): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < EDITS; i++) {
    await page.evaluate(() => {
      document.body.dataset.answered = '';
    });
    await page.keyboard.press('b');
    await page.waitForFunction(() => document.body.dataset.answered !== '');
    times.push(await page.evaluate(() => Number(document.body.dataset.answered)));
    await page.waitForTimeout(400);
  }
  return times.sort((a, b) => a - b)[EDITS >> 1]!;
}

async function heapMegabytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

async function rest(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}

async function key(page: Page, name: string): Promise<void> {
  await page.locator('.canvas').focus();
  await page.keyboard.press(name);
  await rest(page);
}

type Row = readonly [what: string, asked: string, measured: string];

async function measure(app: OpenApp, size: number): Promise<readonly Row[]> {
  const { page } = app;
  const bare = residualNetwork(size);
  const placed = { ...bare, layout: placesOf(bare) };
  const nodes = Object.keys(bare.nodes).length.toLocaleString('en');
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const fps = (value: number): string => `${value.toFixed(0)} frames/s`;
  const large = size > SIZES[0];
  const rows: Row[] = [];
  const add = (what: string, asked: string, measured: string): void => {
    rows.push([`${nodes} nodes: ${what}`, large ? '' : asked, measured]);
  };
  add('opening, places in the file', '≤ 3000 ms', ms(await open(app, placed, `placed${size}`)));
  await rest(page);
  add('panning, all in sight', '≥ 50', fps(await pan(page)));
  await rest(page);
  add('zooming, all in sight', '≥ 50', fps(await zoom(page)));
  await rest(page);
  // In the middle of the network, at 100 %.
  await page.keyboard.press('Control+f');
  await page.locator('[cmdk-input]').fill('unit300.conv_a');
  await page.locator('[cmdk-item][data-selected=true]', { hasText: 'unit300.conv_a' }).waitFor();
  await page.keyboard.press('Enter');
  await key(page, '0');
  await key(page, '.');
  await key(page, '0');
  add('panning at 100 %', '≥ 50', fps(await pan(page)));
  await rest(page);
  await key(page, '.');
  add('dragging a layer', '≥ 50', fps(await drag(page)));
  await rest(page);
  add('an edit', '≤ 100 ms', ms(await edit(page)));
  await rest(page);
  await key(page, '1');
  add('an edit, all in sight', '≤ 100 ms', ms(await edit(page)));
  add('heap', '≤ 150 MB', `${(await heapMegabytes(page)).toFixed(0)} MB`);
  return rows;
}

async function openUnplaced(app: OpenApp, size: number): Promise<Row> {
  const bare = residualNetwork(size);
  const took = await open(app, bare, `bare${size}`);
  const nodes = Object.keys(bare.nodes).length.toLocaleString('en');
  return [
    `${nodes} nodes: opening without places`,
    size > SIZES[0] ? '' : '≤ 6000 ms',
    `${took.toFixed(0)} ms`,
  ];
}

/** Opening, looking at and changing large designs in the built app. */
export async function bench(args: readonly string[] = []): Promise<string> {
  const wanted = args.map(Number).filter((size) => size > 0);
  const rows: Row[] = [];
  for (const size of wanted.length > 0 ? wanted : SIZES)
    for (const work of [measure, async (app: OpenApp) => [await openUnplaced(app, size)]]) {
      const app = await openApp({ width: 1280, height: 800 });
      try {
        await app.page.evaluate(watchFrames);
        rows.push(...(await work(app, size)));
        if (app.complaints.length > 0) throw new Error(app.complaints.join('\n'));
      } finally {
        await app.close();
      }
    }
  return [
    '## Canvas',
    '',
    `Headless Chromium at 1280×800 without a graphics card: all is drawn by the processor. A residual network, layer by layer. ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| what | asked | measured |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';
import { writeWhole } from '../../shared/disk/write.ts';

interface Kept {
  /** Of the window that was closed last. */
  readonly last?: Rectangle;
  /** Of windows by the document that they showed, the latest first. */
  readonly documents?: readonly (readonly [document: string, Rectangle])[];
}

const MOST_DOCUMENTS = 50;
/** So far a window stands from the one that was there before it. */
const STEP = 28;

const file = (): string => join(app.getPath('userData'), 'window.json');
const keyOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 24);

function kept(): Kept {
  try {
    const json: unknown = JSON.parse(readFileSync(file(), 'utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

function onScreen(bounds: unknown): Partial<Rectangle> {
  const { x, y, width, height } = (typeof bounds === 'object' && bounds !== null ? bounds : {}) as Rectangle;
  if (![x, y, width, height].every(Number.isFinite)) return {};
  const visible = screen
    .getAllDisplays()
    .some(
      ({ workArea: area }) =>
        x < area.x + area.width && x + width > area.x && y < area.y + area.height && y + height > area.y,
    );
  return visible ? { x, y, width, height } : { width, height };
}

/** Where the window of a document was, or else the last one, if that is still on a screen; beside `others` that are there. */
export function rememberedBounds(path: string | undefined, others: number): Partial<Rectangle> {
  const { last, documents = [] } = kept();
  const own =
    path === undefined ? undefined : documents.find?.(([document]) => document === keyOf(path))?.[1];
  if (own) return onScreen(own);
  const { x, y, ...size } = onScreen(last);
  return x === undefined || y === undefined ? size : { x: x + STEP * others, y: y + STEP * others, ...size };
}

export async function rememberBounds(window: BrowserWindow, path: string | undefined): Promise<void> {
  const last = window.getNormalBounds();
  const { documents = [] } = kept();
  const others = path === undefined ? documents : documents.filter(([document]) => document !== keyOf(path));
  const all = path === undefined ? others : [[keyOf(path), last] as const, ...others];
  const now: Kept = { last, documents: all.slice(0, MOST_DOCUMENTS) };
  await writeWhole(file(), JSON.stringify(now), { own: true });
}

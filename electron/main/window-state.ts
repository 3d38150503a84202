import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';
import { writeWhole } from '../../shared/disk/write.ts';

interface Kept {
  /** Of the window that was closed last. */
  readonly last?: Rectangle;
  /** Of windows by the document that they showed, the latest first. */
  readonly documents: readonly (readonly [document: string, Rectangle])[];
}

const MOST_DOCUMENTS = 50;
/** So far a window stands from the one that was there before it. */
const STEP = 28;

const file = (): string => join(app.getPath('userData'), 'window.json');
const keyOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 24);

/** A window of another size cannot be opened, or not be found again. */
const [LEAST_PIXELS, MOST_PIXELS] = [200, 16_384];

/** What was kept; whatever else stands in the file must not keep a window from being opened. */
function kept(): Kept {
  try {
    const json: unknown = JSON.parse(readFileSync(file(), 'utf8'));
    const { last, documents }: Readonly<Record<string, unknown>> =
      typeof json === 'object' && json !== null ? { ...json } : {};
    const entries: readonly unknown[] = Array.isArray(documents) ? documents : [];
    return { ...(isRectangle(last) ? { last } : {}), documents: entries.filter(isEntry) };
  } catch {
    return { documents: [] };
  }
}

const isEntry = (entry: unknown): entry is Kept['documents'][number] =>
  Array.isArray(entry) && typeof entry[0] === 'string' && isRectangle(entry[1]);

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const { x, y, width, height }: Partial<Record<keyof Rectangle, unknown>> = value;
  return (
    [x, y, width, height].every(Number.isSafeInteger) &&
    [width, height].every((extent) => Number(extent) >= LEAST_PIXELS && Number(extent) <= MOST_PIXELS)
  );
}

function onScreen({ x, y, width, height }: Rectangle): Partial<Rectangle> {
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
  const { last, documents } = kept();
  const own = path === undefined ? undefined : documents.find(([document]) => document === keyOf(path))?.[1];
  if (own) return onScreen(own);
  const { x, y, ...size }: Partial<Rectangle> = last ? onScreen(last) : {};
  return x === undefined || y === undefined ? size : { x: x + STEP * others, y: y + STEP * others, ...size };
}

export async function rememberBounds(window: BrowserWindow, path: string | undefined): Promise<void> {
  const last = window.getNormalBounds();
  const { documents } = kept();
  const others = path === undefined ? documents : documents.filter(([document]) => document !== keyOf(path));
  const all = path === undefined ? others : [[keyOf(path), last] as const, ...others];
  const now: Kept = { last, documents: all.slice(0, MOST_DOCUMENTS) };
  await writeWhole(file(), JSON.stringify(now), { own: true });
}

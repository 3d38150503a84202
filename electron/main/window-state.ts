import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';
import { writeWhole } from '../../shared/disk/write.ts';

const file = (): string => join(app.getPath('userData'), 'window.json');

/** Where the window was, if that is still on a screen. */
export function rememberedBounds(): Partial<Rectangle> {
  try {
    const { x, y, width, height } = JSON.parse(readFileSync(file(), 'utf8')) as Rectangle;
    if (![x, y, width, height].every(Number.isFinite)) return {};
    const visible = screen
      .getAllDisplays()
      .some(
        ({ workArea: area }) =>
          x < area.x + area.width && x + width > area.x && y < area.y + area.height && y + height > area.y,
      );
    return visible ? { x, y, width, height } : { width, height };
  } catch {
    return {};
  }
}

export async function rememberBounds(window: BrowserWindow): Promise<void> {
  await writeWhole(file(), JSON.stringify(window.getNormalBounds()), { own: true });
}

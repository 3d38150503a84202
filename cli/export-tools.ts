import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CanvasKit } from 'canvaskit-wasm';
import type { ExportTools } from '../shared/formats/exports/render.ts';
import { createRasteriser } from '../shared/formats/pictures/png.ts';
import { besideCommand } from './beside.ts';

/** Wasm and fonts. */
const folder = besideCommand('pictures');

async function fontFile(name: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(new URL(name, folder));
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

let loading: Promise<CanvasKit> | undefined;

/** Loads it once: every one of them has a memory of its own. */
export function loadCanvasKit(): Promise<CanvasKit> {
  loading ??= import('canvaskit-wasm').then(({ default: load }) =>
    load({ locateFile: (name) => fileURLToPath(new URL(name, folder)) }),
  );
  return loading;
}

/** It is large, and needed by pictures alone: every other command starts faster without it. */
export const nodeExportTools: ExportTools = {
  async rasteriser() {
    const [canvasKit, regular, medium] = await Promise.all([
      loadCanvasKit(),
      fontFile('Roboto-Regular.ttf'),
      fontFile('Roboto-Medium.ttf'),
    ]);
    return createRasteriser(canvasKit, { regular, medium });
  },
};

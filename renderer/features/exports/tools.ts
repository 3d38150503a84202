import wasmUrl from 'canvaskit-wasm/bin/canvaskit.wasm?url';
import mediumUrl from '../../../assets/fonts/Roboto-Medium.ttf?url';
import regularUrl from '../../../assets/fonts/Roboto-Regular.ttf?url';
import type { ExportTools } from '../../../shared/formats/exports/render.ts';
import { createRasteriser, type Rasteriser } from '../../../shared/formats/pictures/png.ts';

async function load(url: string): Promise<ArrayBuffer> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`A part of the app is missing: ${url}`);
  return reply.arrayBuffer();
}

async function loadRasteriser(): Promise<Rasteriser> {
  const { default: loadCanvasKit } = await import('canvaskit-wasm');
  const [canvasKit, regular, medium] = await Promise.all([
    loadCanvasKit({ locateFile: () => wasmUrl }),
    load(regularUrl),
    load(mediumUrl),
  ]);
  return createRasteriser(canvasKit, { regular, medium });
}

let rasteriser: Promise<Rasteriser> | undefined;

/** The rasteriser is fetched when a PNG is first made. */
export const exportTools: ExportTools = {
  rasteriser() {
    rasteriser ??= loadRasteriser().catch((error: unknown) => {
      rasteriser = undefined;
      throw error;
    });
    return rasteriser;
  },
};

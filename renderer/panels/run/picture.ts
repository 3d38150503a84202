import type { Pixels } from '../../../shared/runtime/image.ts';

/** A picture to run, decoded, with something to show. */
export interface Picture {
  readonly name: string;
  readonly url: string;
  readonly pixels: Pixels;
}

const MOST_PIXELS = 64_000_000;

/** Decodes what the browser can decode: PNG, JPEG, WebP and more. Rejects with a message for people. */
export async function decodePicture(blob: Blob, name: string): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    throw new Error(`${name} is not a picture that can be read. Use a PNG, JPEG or WebP file.`);
  }
  const { width, height } = bitmap;
  if (width * height > MOST_PIXELS) {
    bitmap.close();
    throw new Error(
      `${name} has ${width}×${height} pixels; at most 64 million can be read. Make it smaller first.`,
    );
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gave no canvas to decode the picture on.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { name, url: URL.createObjectURL(blob), pixels: { width, height, data } };
}

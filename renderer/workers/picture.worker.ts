// Decodes one picture off the main thread, keeps its pixels, and makes inputs of them as often as asked.
import type { Problem } from '../../shared/base/problem.ts';
import { messages } from '../../shared/base/problem.ts';
import type { Preprocessing } from '../../shared/graph/run-settings.ts';
import { imageToTensor, type Pixels } from '../../shared/runtime/image.ts';
import { imageExtent } from '../../shared/runtime/image-extent.ts';
import { RunError } from '../../shared/runtime/run-error.ts';

export const say = messages('renderer/workers/picture.worker', {
  'picture-unreadable': [
    '{{name}} is not a picture that can be read, or it is damaged.',
    'Use a PNG, JPEG, WebP or AVIF file.',
  ],
  'picture-too-large': [
    '{{name}} has {{extent}}; at most 64 million pixels in 256 MiB can be read.',
    'Make it smaller in a picture program first: networks see a few hundred pixels of it.',
  ],
  'picture-failed': [
    'The picture could not be made ready: {{reason}}',
    'Use a smaller picture, or another form of it.',
  ],
});

export type PictureAsk =
  | { readonly kind: 'decode'; readonly id: number; readonly blob: Blob; readonly name: string }
  | {
      readonly kind: 'fit';
      readonly id: number;
      readonly sample: readonly [channels: number, height: number, width: number];
      readonly how: Preprocessing;
    };

export type PictureReply =
  | { readonly kind: 'decoded'; readonly id: number; readonly width: number; readonly height: number }
  | { readonly kind: 'fitted'; readonly id: number; readonly data: Float32Array }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: Problem };

const MOST_FILE_BYTES = 256 * 2 ** 20;
/** 256 MiB as red, green, blue and alpha. */
const MOST_PIXELS = 64_000_000;

let pixels: Pixels | undefined;

self.addEventListener('message', ({ data: ask }: MessageEvent<PictureAsk>) => {
  answer(ask).then(
    (reply) => self.postMessage(reply, reply.kind === 'fitted' ? { transfer: [reply.data.buffer] } : {}),
    (error: unknown) => self.postMessage({ kind: 'failed', id: ask.id, problem: problemOf(error) }),
  );
});

async function answer(ask: PictureAsk): Promise<PictureReply> {
  if (ask.kind === 'decode') {
    pixels = await decode(ask.blob, ask.name);
    return { kind: 'decoded', id: ask.id, width: pixels.width, height: pixels.height };
  }
  if (!pixels) throw new Error('There is no picture yet.');
  return { kind: 'fitted', id: ask.id, data: imageToTensor(pixels, ask.sample, ask.how).data };
}

/** What the browser can decode of the forms whose size is known before: PNG, JPEG, WebP, AVIF, GIF and BMP. */
async function decode(blob: Blob, name: string): Promise<Pixels> {
  if (blob.size > MOST_FILE_BYTES) throw tooLarge(name, `${Math.ceil(blob.size / 2 ** 20)} MiB`);
  const extent = imageExtent(new Uint8Array(await blob.arrayBuffer()));
  if (!extent) throw unreadable(name);
  if (extent.width * extent.height > MOST_PIXELS)
    throw tooLarge(name, `${extent.width}×${extent.height} pixels`);
  const bitmap = await createImageBitmap(blob).catch(() => {
    throw unreadable(name);
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no canvas to decode the picture on.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function unreadable(name: string): RunError {
  return new RunError(say.at({}, 'picture-unreadable', { name }));
}

function tooLarge(name: string, extent: string): RunError {
  return new RunError(say.at({}, 'picture-too-large', { name, extent }));
}

function problemOf(error: unknown): Problem {
  if (error instanceof RunError) return error.problem;
  const reason = error instanceof Error ? error.message : String(error);
  return say.at({}, 'picture-failed', { reason });
}

import { messages } from '../../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import type { Preprocessing } from '../../../shared/graph/run-settings.ts';
import { imageToTensor, type Pixels } from '../../../shared/runtime/image.ts';
import { RunCancelled, RunError } from '../../../shared/runtime/run-error.ts';
import type { PictureAsk, PictureReply } from '../../workers/picture.worker.ts';

export const say = messages('renderer/state/run/picture', {
  'picture-failed': ['{{name}} could not be made ready.', 'Use a smaller picture, or another form of it.'],
  'picture-failed:because': [
    '{{name}} could not be made ready: {{reason}}',
    'Use a smaller picture, or another form of it.',
  ],
});

/** Channels, height and width of an input. */
export type Sample = readonly [channels: number, height: number, width: number];

/** A picture to run, with something to show. */
export interface Picture {
  readonly name: string;
  readonly url: string;
  /** The picture as a [1, C, H, W] tensor. Rejects with a RunError where it cannot be made. */
  asInput(sample: Sample, how: Preprocessing): Promise<FloatTensor>;
  /** Lets go of its pixels and its URL. */
  close(): void;
}

/** A small picture whose pixels are at hand. */
export function pictureOf(name: string, pixels: Pixels): Picture {
  return {
    name,
    url: '',
    asInput: async (sample, how) => imageToTensor(pixels, sample, how),
    close: () => undefined,
  };
}

interface Waiting {
  readonly resolve: (reply: PictureReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Decodes a PNG, JPEG, WebP, AVIF, GIF or BMP in a worker of its own, which keeps the pixels: a photo of many megapixels never
 * holds the canvas up. Rejects with a RunError that says why it cannot be read, or with a RunCancelled.
 */
export async function readPicture(blob: Blob, name: string, signal?: AbortSignal): Promise<Picture> {
  const worker = new Worker(new URL('../../workers/picture.worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let over: Error | undefined;
  const end = (reason: Error): void => {
    over ??= reason;
    worker.terminate();
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
  };
  worker.addEventListener('message', ({ data: reply }: MessageEvent<PictureReply>) => {
    const { resolve, reject } = waiting.get(reply.id) ?? {};
    waiting.delete(reply.id);
    if (reply.kind === 'failed') reject?.(new RunError(reply.problem));
    else resolve?.(reply);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    end(workerDied(name, event.message));
  });
  const ask = (question: PictureAsk): Promise<PictureReply> =>
    new Promise((resolve, reject) => {
      if (over) {
        reject(over);
        return;
      }
      waiting.set(question.id, { resolve, reject });
      worker.postMessage(question);
    });
  const cancel = (): void => end(new RunCancelled());
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel);
  try {
    await ask({ kind: 'decode', id: asked++, blob, name });
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  const url = URL.createObjectURL(blob);
  return {
    name,
    url,
    async asInput(sample, how) {
      const reply = await ask({ kind: 'fit', id: asked++, sample, how });
      if (reply.kind !== 'fitted') throw new Error(`Expected an input, received ${reply.kind}.`);
      return new Tensor('float32', reply.data, [1, ...sample]);
    },
    close() {
      end(new RunCancelled());
      URL.revokeObjectURL(url);
    },
  };
}

function workerDied(name: string, message: string): RunError {
  return new RunError(
    message
      ? say.at({}, 'picture-failed:because', { name, reason: message })
      : say.at({}, 'picture-failed', { name }),
  );
}

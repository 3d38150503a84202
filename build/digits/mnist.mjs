// The MNIST images and labels (LeCun et al. 1998) in their IDX files, and how they are divided.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export const SIDE = 28;
const PIXELS = SIDE * SIDE;
const HELD_BACK_EVERY = 5;

/** Reads images (one Uint8Array of 28×28 grey values each) and labels from the folder that holds the two files. */
export function readMnist(folder) {
  const images = readIdx(join(folder, 't10k-images-idx3-ubyte.gz'), 0x803);
  const labels = readIdx(join(folder, 't10k-labels-idx1-ubyte.gz'), 0x801);
  const count = labels.length;
  if (images.length !== count * PIXELS) throw new Error('Images and labels of MNIST differ in number.');
  return Array.from({ length: count }, (_, i) => ({
    pixels: images.subarray(i * PIXELS, (i + 1) * PIXELS),
    label: labels[i],
  }));
}

/** Every fifth image is held back: both halves of the file, of which one was written more clearly, are in both parts. */
export function divide(samples) {
  const isHeldBack = (_, i) => i % HELD_BACK_EVERY === HELD_BACK_EVERY - 1;
  return {
    training: samples.filter((sample, i) => !isHeldBack(sample, i)),
    heldBack: samples.filter(isHeldBack),
  };
}

function readIdx(file, magic) {
  const bytes = gunzipSync(readFileSync(file));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic) throw new Error(`${file} is not the IDX file that was expected.`);
  const rank = magic & 0xff;
  return bytes.subarray(4 + 4 * rank);
}

import { initializer, model, node, type Part } from './protobuf.ts';

/** The filters of a network of four classes: numbers that differ, so that scores do. */
const filters = Float32Array.from({ length: 4 * 3 * 3 * 3 }, (_, i) => Math.sin(i * 1.7) / 3);
/** What the file beside the model holds: something else first, as exporters align tensors. */
const OFFSET = 64;

function classifier(weights: Part): Uint8Array {
  return model(
    weights,
    node('Conv', ['x', 'w'], ['c']),
    node('GlobalAveragePool', ['c'], ['p']),
    node('Flatten', ['p'], ['y']),
  );
}

const dims = [4, 3, 3, 3];
const elements = new Uint8Array(filters.buffer);

/** A small classifier of 3×8×8 with its weights inside. */
export const insideModel = classifier(initializer('w', { dims, raw: elements }));

/** The same with its weights in a file beside it. */
export const outsideModel = (location: string): Uint8Array =>
  classifier(
    initializer('w', {
      dims,
      external: { location, offset: String(OFFSET), length: String(elements.length) },
    }),
  );
export const dataFile = new Uint8Array([...new Uint8Array(OFFSET), ...elements]);

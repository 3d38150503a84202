import { describe, expect, test } from 'vitest';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import type { ByteSource } from '../../../shared/formats/weights/source.ts';
import { int, message, node, type Part, tensor, text, value } from '../../fuzz/protobuf.ts';
import { varintBytes } from '../../fuzz/rebuild.ts';

const FEATURES = 512;
const WEIGHT_BYTES = FEATURES * FEATURES * 4;

/** A file that is mostly weights, which are not there: whoever reads them gets zeros, and is counted. */
class Skimmed implements ByteSource {
  readonly size: number;
  readBytes = 0;
  readonly #parts: readonly { readonly at: number; readonly content: Uint8Array }[];

  constructor(layout: readonly (Part | 'weights')[]) {
    let at = 0;
    const parts: { at: number; content: Uint8Array }[] = [];
    for (const part of layout) {
      if (part !== 'weights') parts.push({ at, content: Uint8Array.from(part) });
      at += part === 'weights' ? WEIGHT_BYTES : part.length;
    }
    this.#parts = parts;
    this.size = at;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.readBytes += length;
    const result = new Uint8Array(length);
    for (const { at, content } of this.#parts) {
      const from = Math.max(offset, at);
      const to = Math.min(offset + length, at + content.length);
      if (from < to) result.set(content.subarray(from - at, to - at), from - offset);
    }
    return result;
  }
}

/** A chain of fully connected layers, each with 1 MiB of weights inside the file. */
function chain(count: number): Skimmed {
  const transposed: Part = [...text(1, 'transB'), ...int(3, 1), ...int(20, 2)];
  const names = Array.from({ length: count }, (_, i) => `w${i}`);
  const nodes = names.map((weight, i) =>
    node('Gemm', [i === 0 ? 'x' : `h${i - 1}`, weight], [`h${i}`], [transposed]),
  );
  const ends = [value(11, 'x', [1, FEATURES]), value(12, `h${count - 1}`, [1, FEATURES])];
  const weights = names.map((name) => {
    const head = [
      ...tensor(name, { dims: [FEATURES, FEATURES] }),
      ...varintBytes(9 * 8 + 2),
      ...varintBytes(WEIGHT_BYTES),
    ];
    return [...varintBytes(5 * 8 + 2), ...varintBytes(head.length + WEIGHT_BYTES), ...head];
  });
  const graph = [...nodes, ...ends].flat();
  const inside = weights.reduce((sum, head) => sum + head.length + WEIGHT_BYTES, graph.length);
  return new Skimmed([
    [...int(1, 8), ...message(8, text(1, ''), int(2, 13)), ...varintBytes(7 * 8 + 2), ...varintBytes(inside)],
    graph,
    ...weights.flatMap((head) => [head, 'weights' as const]),
  ]);
}

describe('weights inside a large file', () => {
  test('are passed over: of 5 GiB next to nothing is read', async () => {
    const file = chain(5000);
    expect(file.size).toBeGreaterThan(5000 * 2 ** 20);
    const result = await importOnnx(file);
    expect(result.ok && Object.keys(result.value.weights)).toHaveLength(5000);
    expect(file.readBytes).toBeLessThan(32 * 2 ** 20);
  });

  test('are read when they are wanted, each where it lies', async () => {
    const file = chain(20);
    const result = await importOnnx(file);
    if (!result.ok) throw new Error(result.problems[0]!.message);
    const before = file.readBytes;
    const weight = await result.value.weights.h7!.weight!.load();
    expect(weight.dims).toEqual([FEATURES, FEATURES]);
    expect(file.readBytes - before).toBe(WEIGHT_BYTES);
  });
});

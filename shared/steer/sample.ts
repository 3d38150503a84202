import type { Point } from './answers.ts';
import type { Space } from './space.ts';

/** Variants from all over a space, for who wants to see what there is; the same ones each time. */
export function* sampling({ evaluator }: Space, count: number): Generator<Point> {
  const { knobs, base } = evaluator;
  const random = numbersFrom(1);
  for (let i = 0; i < count; i++) {
    // From near the original to anywhere: what is far off in every knob would be most of them otherwise.
    const reach = random();
    const at = base.map((index, place) => {
      const { length } = knobs[place]!.values;
      const far = Math.floor(random() * length);
      return Math.round(index + (far - index) * reach);
    });
    const measures = evaluator.measure(at);
    if (!measures) continue;
    const turned = knobs.flatMap(({ knob, values }, place) => {
      const after = values[at[place]!]!;
      return after === knob.base ? [] : [{ knob: knob.id, before: knob.base, after }];
    });
    yield { turned, measures: { ...measures }, score: Infinity };
  }
}

/** Mulberry32: numbers from 0 to 1 that look random and are the same each time. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

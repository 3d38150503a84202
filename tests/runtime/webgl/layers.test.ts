import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computing } from '../../layers/samples.ts';
import { thoroughness } from '../../thorough.ts';
import { attentions } from '../cpu/attentions.ts';
import { chromiumPath, type OpenPage, openPage } from './browser.ts';
import { anyCases, layerCases } from './cases.ts';
import type { AnyCase, BatchedAttention, LayerCase, LayerOutcome } from './page/layers.ts';
import type { TestPage } from './page.ts';

declare const page: TestPage;

let browser: OpenPage;
beforeAll(async () => {
  if (chromiumPath) browser = await openPage(fileURLToPath(new URL('page.ts', import.meta.url)));
});
afterAll(async () => {
  await browser?.close();
});

/** Largest error relative to the output's root mean square; thousands of terms are summed one after the other. */
const TOLERANCE = 5e-5;
const WINOGRAD_TOLERANCE = 1e-4;
/** Half floats keep 11 bits. */
const HALF_TOLERANCE = 0.05;

const devices = [
  { name: 'eight render targets', options: {}, half: false, share: 1, turn: 0 },
  {
    name: 'four render targets and small textures',
    options: { drawBuffers: 4, maxTextureSize: 128 },
    half: false,
    share: 0.3,
    turn: 1,
  },
  { name: 'half floats', options: { precision: 'half' as const }, half: true, share: 0.3, turn: 2 },
];

function judge(
  one: LayerCase | AnyCase | BatchedAttention,
  outcome: LayerOutcome | string,
  half: boolean,
): string | undefined {
  const what = JSON.stringify(one);
  if (typeof outcome === 'string') return `${what}: ${outcome}`;
  const winograd = outcome.algorithms.some((name) => name.startsWith('Winograd'));
  const tolerance = half ? HALF_TOLERANCE : winograd ? WINOGRAD_TOLERANCE : TOLERANCE;
  return outcome.error <= tolerance
    ? undefined
    : `${what}: off by ${outcome.error} with ${outcome.algorithms.join(' → ')}`;
}

/** Layers whose work is none: inputs and outputs are part of every other case. */
const kinds = computing.filter((kind) => kind !== 'input' && kind !== 'output');

describe.skipIf(!chromiumPath)('in Chromium, WebGL agrees with forward', () => {
  test.each(kinds)('for %s by itself', { timeout: 600_000 }, async (kind) => {
    const cases = anyCases(kind);
    const outcomes = await browser.page.evaluate((list) => page.runCases(list), cases);
    const wrong = cases.map((one, i) => judge(one, outcomes[i]!, false)).filter((text) => text !== undefined);
    expect(wrong.slice(0, 3), `${wrong.length} of ${cases.length}`).toEqual([]);
  });

  describe.each(devices)('with $name', ({ options, half, share, turn }) => {
    test.each(layerCases)(
      '$name',
      async ({ cases }) => {
        const some = cases.slice(0, Math.ceil(cases.length * share));
        const outcomes = await browser.page.evaluate(([list, given]) => page.runCases(list, given), [
          some,
          options,
        ] as const);
        const wrong = some
          .map((one, i) => judge(one, outcomes[i]!, half))
          .filter((text) => text !== undefined);
        expect(wrong.slice(0, 3), `${wrong.length} of ${some.length}`).toEqual([]);
      },
      600_000,
    );

    test('attention among tokens that lie in a map, in one step', { timeout: 600_000 }, async () => {
      // Each on one of the devices, and all of them on the first for who is thorough.
      const isTried = (i: number): boolean => i % 3 === turn || (turn === 0 && thoroughness > 0);
      const some = attentions
        .map((attention, i): BatchedAttention => ({ attention, batch: 1 + (i % 2) }))
        .filter((_, i) => isTried(i));
      const outcomes = await browser.page.evaluate(([list, given]) => page.runCases(list, given), [
        some,
        options,
      ] as const);
      const wrong = some.map((one, i) => judge(one, outcomes[i]!, half)).filter((text) => text !== undefined);
      expect(wrong.slice(0, 3), `${wrong.length} of ${some.length}`).toEqual([]);
      for (const outcome of outcomes) expect((outcome as LayerOutcome).algorithms).toContain('attention');
    });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { paramText } from '../../renderer/features/compare/param-text.ts';
import { learn, showIn } from '../../renderer/i18n/i18n.ts';

afterEach(() => showIn('en'));

describe('what became of a parameter is told as its field has it', () => {
  it.each([
    ['kernel', 7, [3, 3], 'Kernel 7×7 → 3×3'],
    ['kernel', 7, [3, 5], 'Kernel 7×7 → 3×5'],
    ['channels', 96, 64, 'Filters 96 → 64'],
    ['nowhere', 1, 2, 'nowhere 1 → 2'],
  ])('%s: %j, %j', (name, before, after, text) => {
    expect(paramText({ name, before, after }, 'conv2d', 'conv2d')).toBe(text);
  });

  it('also of a layer that became another, and in the language that is shown', async () => {
    const kernel = { name: 'kernel', before: 3, after: 2 };
    expect(paramText(kernel, 'conv2d', 'maxPool')).toMatch(/ 3×3 → 2×2$/);
    expect(paramText({ name: 'channels', before: 64, after: undefined }, 'conv2d', 'maxPool')).toBe(
      'Filters 64 → —',
    );
    await learn('zh');
    showIn('zh');
    expect(paramText(kernel, 'conv2d', 'conv2d')).toMatch(/^[\u4e00-\u9fff]+ 3×3 → 2×2$/);
  });
});

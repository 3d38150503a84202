import { expect, test } from 'vitest';
import { playByHand } from '../fuzz/hand.ts';
import { thoroughness } from '../thorough.ts';
import { openApp } from './app.ts';

test('random keys and drags break nothing, and undoing them all gives back what was opened', async () => {
  const app = await openApp({ width: 1280, height: 800, gliding: true });
  expect(await playByHand(app, 1, 60 * Math.max(1, thoroughness))).toEqual([]);
  await app.close();
});

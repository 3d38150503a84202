import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forEverySave } from '../../cli/commands/watch.ts';

it('a watched file is told again after every save, one at a time, until it is ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'netwright-watch-'));
  const file = join(folder, 'net.json');
  await writeFile(file, '{}');
  const ending = new AbortController();
  let [told, atOnce, most] = [0, 0, 0];
  let onTold: () => void = () => {};
  const nextTold = () =>
    new Promise<void>((resolve) => {
      onTold = resolve;
    });
  const ended = forEverySave(
    file,
    async () => {
      most = Math.max(most, ++atOnce);
      // What is saved meanwhile is told afterwards.
      if (++told === 1) await writeFile(file, '{"saved": "meanwhile"}');
      await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
      onTold();
    },
    ending.signal,
  );
  try {
    const first = nextTold();
    await writeFile(file, '{"saved": 1}');
    await first;
    if (told < 2) await nextTold();
    const third = nextTold();
    await writeFile(join(folder, 'net.json'), '{"saved": 2}');
    await third;
    expect(told).toBeGreaterThanOrEqual(3);
    expect(most).toBe(1);
  } finally {
    ending.abort();
    await ended;
    await rm(folder, { recursive: true });
  }
}, 60_000);

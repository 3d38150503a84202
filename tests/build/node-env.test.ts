import { afterEach, expect, it, vi } from 'vitest';
import { graphs } from '../../build/build.mjs';

afterEach(() => vi.unstubAllEnvs());

it.each([undefined, 'test'])('building the app leaves NODE_ENV as it was: %s', async (before) => {
  vi.stubEnv('NODE_ENV', before);
  const [app] = graphs();
  expect((await app!()).length).toBeGreaterThan(300);
  expect(process.env.NODE_ENV).toBe(before);
});

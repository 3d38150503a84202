import { afterEach, expect, it, vi } from 'vitest';
import { graphs } from '../../build/build.mjs';

afterEach(() => vi.unstubAllEnvs());

it('building the app leaves NODE_ENV as it was, where nobody had set it too', async () => {
  vi.stubEnv('NODE_ENV', undefined);
  const [app] = graphs();
  expect((await app!()).length).toBeGreaterThan(300);
  expect(process.env.NODE_ENV).toBeUndefined();
});

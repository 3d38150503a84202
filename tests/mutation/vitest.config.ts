import { defineConfig } from 'vitest/config';

const { tests } = JSON.parse(process.env.NETWRIGHT_MUTANTS ?? '{"tests":[]}') as {
  readonly tests: readonly string[];
};

export default defineConfig({
  test: { include: [...tests], isolate: false, testTimeout: 240_000, hookTimeout: 240_000 },
});

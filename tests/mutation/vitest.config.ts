import { defineConfig } from 'vitest/config';

/** What judges the mutants of a folder of the engine: the tests that mirror it, and those that hold it from beside. */
const judges: Readonly<Record<string, readonly string[]>> = {
  layers: ['layers', 'schema'],
  schema: ['schema', 'formats/spec', 'layers'],
  graph: ['graph', 'blocks', 'formats/spec', 'analysis', 'exercise'],
  blocks: ['blocks', 'graph'],
  analysis: ['analysis', 'zoo', 'blocks'],
  lint: ['lint'],
  spec: ['formats/spec', 'schema'],
};
const { folders } = JSON.parse(process.env.NETWRIGHT_MUTANTS ?? '{"folders":[]}') as {
  readonly folders: readonly string[];
};
const judging = [...new Set(folders.flatMap((folder) => judges[folder] ?? []))];

export default defineConfig({
  test: {
    include: judging.map((folder) => `tests/${folder}/**/*.test.ts`),
    // Machines, Python and whole zoos: what only they notice counts as unnoticed.
    exclude: [
      'tests/blocks/backends.test.ts',
      'tests/layers/pytorch.test.ts',
      'tests/lint/incremental.test.ts',
    ],
    isolate: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});

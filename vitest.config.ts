import { relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start browsers, Python or other engines, or run whole networks: some take as long as fifty others. */
const long = [
  'tests/runtime/webgl/',
  'tests/conformance/',
  'tests/peers/',
  'tests/e2e/',
  'tests/electron/',
  'tests/cli/',
  'tests/formats/',
  'tests/runtime/cpu/',
];

/** Long ones first, so that none of them is left over at the end, whatever is known of earlier runs. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((folder) => relative(this.ctx.config.root, moduleId).startsWith(folder));
      return at < 0 ? long.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const testsIn = (folders: readonly string[]): string[] =>
  folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`);

/** Files of folders that need nobody else, which ask another program all the same. */
const asking = ['blocks/user-blocks-run', 'layers/pytorch', 'layers/resize'].map(
  (name) => `tests/${name}.test.ts`,
);
/** Of the engine on paper, whose modules keep no state: files share what a process has loaded, which takes half their time. */
const onPaper = testsIn(['analysis', 'base', 'blocks', 'graph', 'house', 'layers', 'lint', 'schema', 'zoo']);
/** The same, judged by Python and other engines. */
const judged = [
  ...testsIn(['formats/{code,keras,onnx,pictures,pytorch,spec,tables}', 'runtime/maps']),
  ...asking,
];
/** Whose modules keep state, and that start nothing. */
const inNode = testsIn(['app', 'exercise', 'layout', 'renderer', 'steer']);

/** What drives pages of a browser and keeps no state beside it: files share what a process has loaded, as those on paper do. */
const inPages = ['tests/e2e/**/*.test.ts', 'tests/runtime/webgl/**/*.test.ts'];

/** A busy machine is slow, not wrong: browsers, Python and other engines take long to start beside each other. */
const forOthers = { testTimeout: 240_000, hookTimeout: 240_000 };
/** What waits for nobody hangs where it takes a minute, but for random cases by the thousand. */
const alone = process.env.NETWRIGHT_THOROUGH ? forOthers : { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    ...forOthers,
    expect: { poll: { timeout: 50_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'on paper',
          include: onPaper,
          exclude: [...configDefaults.exclude, ...asking],
          isolate: false,
          ...alone,
        },
      },
      { extends: true, test: { name: 'judged', include: judged, isolate: false } },
      { extends: true, test: { name: 'in Node', include: inNode, ...alone } },
      {
        extends: true,
        test: { name: 'in pages', include: inPages, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'running',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...onPaper, ...judged, ...inNode, ...inPages],
        },
      },
    ],
  },
});

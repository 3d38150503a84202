import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Projects in the order that they run in: what drives browsers first, since it takes longest, and last what has only short
 * files, so that no machine waits long for another. Files of a project stand together, for a process that is done with a file
 * is only kept for the next where that is of the same project.
 */
const order = ['in pages', 'by themselves', 'judged', 'on paper', 'in Node'] as const;
type Project = (typeof order)[number];

class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification): number => order.indexOf(project.name as Project);
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const testsIn = (folders: readonly string[]): string[] =>
  folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`);
const files = (names: readonly string[]): string[] => names.map((name) => `tests/${name}.test.ts`);

/** The engine on paper. */
const paper = [
  ...['analysis', 'base', 'blocks', 'exercise', 'graph', 'house', 'languages', 'layers'],
  ...['layout', 'lint', 'schema', 'steer', 'zoo'],
];
/** Files of other tools, the machines and the command, judged by Python and other engines. */
const judged = ['cli', 'conformance', 'disk', 'formats', 'models', 'peers', 'runtime'];
/** The app without a browser. */
const app = ['app', 'renderer'];
/** What drives pages of a browser. */
const pages = ['e2e', 'runtime/webgl', 'runtime/webgpu'];
/** What starts programs that nobody else starts, and whatever is new. */
const others = readdirSync(join(import.meta.dirname, 'tests')).filter(
  (folder) => ![...paper, ...judged, ...app, ...pages].includes(folder),
);

/** Files of folders that need nobody else, which ask another program all the same. */
const asking = files(['blocks/user-blocks-run', 'layers/pytorch', 'layers/resize']);
/** What measures memory: a process that is started counts what the one that starts it had. */
const measuring = files(['cli/large-model', 'cli/pictures', 'runtime/cpu/memory']);

/** A busy machine is slow, not wrong: browsers, Python and other engines take long to start beside each other. */
const forOthers = { testTimeout: 240_000, hookTimeout: 240_000 };
/** What waits for nobody hangs where it takes a minute, but for random cases by the thousand. */
const alone = process.env.NETWRIGHT_THOROUGH ? forOthers : { testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * Much is made and thrown away: room for more of it, and one thread that collects, cost fewer of the seconds that the files
 * have between them.
 */
const collecting = { execArgv: ['--max-semi-space-size=64', '--single-threaded-gc'] };

interface ProjectOptions extends Partial<typeof forOthers>, Partial<typeof collecting> {
  readonly isolate?: boolean;
  readonly exclude?: readonly string[];
}

/**
 * One more than there are processors, for pages wait for their next frame and tests for Python to start; no more than a
 * machine with many has memory for.
 */
const WORKERS = Math.min(8, availableParallelism() + 1);

function project(
  name: Project,
  include: readonly string[],
  { exclude = [], ...more }: ProjectOptions = {},
): TestProjectConfiguration {
  const chosen = { include: [...include], exclude: [...configDefaults.exclude, ...exclude] };
  return { extends: true, test: { name, ...chosen, ...more } };
}

export default defineConfig({
  test: {
    ...forOthers,
    // Not what was measured by whoever runs the tests.
    env: { NETWRIGHT_CACHE: join(import.meta.dirname, 'out/no-cache') },
    expect: { poll: { timeout: 50_000 } },
    // It reads JSON as bundlers do, and Node does not.
    server: { deps: { inline: ['@actions/workflow-parser'] } },
    // What one project or run has translated, the next ones find, by what is in the files.
    experimental: { fsModuleCache: true, fsModuleCachePath: join(import.meta.dirname, 'out/test-modules') },
    setupFiles: [join(import.meta.dirname, 'tests/setup.ts')],
    maxWorkers: WORKERS,
    sequence: { sequencer: ByProject },
    projects: [
      // Files share what a process has loaded, which takes longer than most of them; what their modules hold is set anew by each.
      project('in pages', testsIn(pages), { isolate: false }),
      project('judged', [...testsIn(judged), ...asking], {
        isolate: false,
        exclude: [...testsIn(pages), ...measuring],
        ...collecting,
      }),
      project('on paper', testsIn(paper), { isolate: false, exclude: asking, ...alone, ...collecting }),
      project('in Node', testsIn(app), { isolate: false, ...alone, ...collecting }),
      project('by themselves', [...testsIn(others), ...measuring]),
    ],
  },
});

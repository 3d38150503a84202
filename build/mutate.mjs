// npm run mutate -- FOLDER|FILE… [--share PERCENT] [--seed N] [--force] [--alive] [--record] [--with-vitest]: changes the engine
// on paper bit by bit (Stryker) and looks whether a test on paper notices. Of all changes a seeded share is tried; what was tried
// before and nothing touched since is not tried again, with --alive only what was noticed then. Fails where fewer than 90 % are noticed, or where one lives that
// tests/mutation/survivors.json gives no reason for. --record writes what whole folders came to into docs/mutation.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './install.mjs';
import { isSurvivor, record, shown } from './mutation-page.mjs';

const LEAST_NOTICED = 0.9;
const home = join(root, 'tests/mutation');

/** What judges the mutants of a folder of the engine: the tests that mirror it, and those on paper that hold it from beside. */
const judges = {
  layers: ['layers', 'schema'],
  schema: ['schema', 'formats/spec'],
  graph: ['graph', 'blocks'],
  blocks: ['graph', 'blocks', 'zoo', 'analysis', 'steer', 'layout'],
  analysis: ['analysis', 'blocks', 'graph', 'steer', 'zoo', 'layout', 'lint'],
  lint: ['lint', 'graph', 'blocks', 'layout'],
  spec: ['schema', 'formats/spec'],
};
/** Machines, Python and whole zoos: what only they notice counts as unnoticed. */
const slowFiles = ['blocks/backends.test.ts', 'blocks/user-blocks-run.test.ts', 'layers/pytorch.test.ts'];
/** What takes longer than all other tests of its folder together. */
const slowTests = [
  'agrees with the reader on changed specs, as far as a schema can',
  'refuses more values than any design has',
  'does not trip over a long open string full of escapes',
  'keeps within bounds, whatever a file says',
  '1024 times has as many times the layers, weights and operations',
  'gives back random designs with blocks',
  'ends, whatever a file holds',
  'with blocks that each hold all others below is read at once',
];
const folders = Object.keys(judges);
const pathOf = (folder) => (folder === 'spec' ? 'shared/formats/spec' : `shared/${folder}`);
const folderOf = (path) => path.replace(/^shared\/(formats\/)?/, '').split('/')[0];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    force: { type: 'boolean', default: false },
    alive: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    'with-vitest': { type: 'boolean', default: false },
  },
});
const share = Number(values.share);
const seed = Number(values.seed);
const areFolders = positionals.every((name) => folders.includes(name));
if (positionals.length === 0 || !(share > 0 && share <= 100) || !Number.isInteger(seed)) {
  console.error(`Name one of ${folders.join(', ')}, or files of them; --share is of 100, --seed a number.`);
  process.exit(2);
}
if (values.record && !areFolders) {
  console.error(`What is recorded is of whole folders: ${folders.join(', ')}.`);
  process.exit(2);
}

ensureInstalled();
ensureInstalled(home, { scripts: false });
process.chdir(root);
const { Stryker } = await import(
  pathToFileURL(join(home, 'node_modules/@stryker-mutator/core/dist/src/index.js')).href
);

const targets = positionals.map((name) => (folders.includes(name) ? pathOf(name) : name));
const judged = [...new Set(targets.map(folderOf))];
const tests = [...new Set(judged.flatMap((folder) => judges[folder] ?? []))].flatMap(testsIn).sort();

const kept = join(root, 'dist/mutation');
mkdirSync(kept, { recursive: true });
const incrementalFile = join(kept, `${judged.join('-')}.json`);
if (values.alive) forget(incrementalFile, isAlive);
process.env.NETWRIGHT_MUTANTS = JSON.stringify({ tests, slowTests, share: share / 100, seed: values.seed });
const plugin = (path) => pathToFileURL(join(home, path)).href;
await new Stryker({
  mutate: targets.map((path) => (isFolder(path) ? `${path}/**/*.ts` : path)),
  plugins: [
    plugin('node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'),
    plugin('loaded-runner.mjs'),
    plugin('sample.mjs'),
  ],
  // Vitest itself loads everything anew for each mutant.
  testRunner: values['with-vitest'] ? 'vitest' : 'loaded',
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  // Who is not drawn is not run; Stryker asks its checkers whether a mutant is worth a run.
  checkers: ['sample'],
  coverageAnalysis: 'perTest',
  // What only acts while files are loaded would have all of them loaded anew for each: it is counted, and not tried.
  ignoreStatic: true,
  // Texts are judged by those who read them, not by tests that repeat them.
  mutator: { excludedMutations: ['StringLiteral'] },
  incremental: true,
  incrementalFile,
  force: values.force,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: join(kept, 'report.json') },
  tempDirName: 'dist/mutation/sandboxes',
  ignorePatterns: [
    ...['/out', '/dist', '/release', '/docs/images', '/tests/e2e'],
    ...['/tests/peers/node_modules', '/tests/mutation/node_modules'],
  ],
  disableTypeChecks: false,
  tsconfigFile: 'none',
  // One process: the next would need as much memory and as long to load.
  concurrency: 1,
  testRunnerNodeArgs: ['--max-old-space-size=3072'],
  // What never ends is told by the processor's time that it takes, not by the clock.
  timeoutMS: 3_600_000,
  dryRunTimeoutMinutes: 30,
  allowConsoleColors: process.stdout.isTTY === true,
}).runMutationTest();

// Who was not drawn this time may be drawn the next.
forget(incrementalFile, ({ status }) => status === 'CompileError');
const { files } = JSON.parse(readFileSync(join(kept, 'report.json'), 'utf8'));
const holds = report();
if (values.record) record(judged.map(rateOf));
process.exit(holds ? 0 : 1);

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function testsIn(folder) {
  return readdirSync(join(root, 'tests', folder), { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.test.ts') && !slowFiles.includes(name))
    .map((name) => `tests/${name}`);
}

/** What is forgotten of the last run is tried again. */
function forget(file, isForgotten) {
  if (!existsSync(file)) return;
  const state = JSON.parse(readFileSync(file, 'utf8'));
  for (const each of Object.values(state.files))
    each.mutants = each.mutants.filter((mutant) => !isForgotten(mutant));
  writeFileSync(file, JSON.stringify(state));
}

/** All changes that could be made in a file or folder. */
function mutantsIn(path) {
  return Object.entries(files)
    .filter(([name]) => name === path || name.startsWith(`${path}/`))
    .flatMap(([name, { source, mutants }]) =>
      mutants
        .filter(({ status, static: isStatic }) => status !== 'Ignored' || isStatic === true)
        .map((mutant) => ({ ...mutant, name, ...textAt(source, mutant.location) })),
    );
}

function isTried({ status }) {
  return !['Ignored', 'CompileError', 'RuntimeError'].includes(status);
}

function isAlive({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

/** What a folder came to. */
function rateOf(folder) {
  const mutants = mutantsIn(pathOf(folder));
  const tried = mutants.filter(isTried);
  const count = (holdsFor) => tried.filter(holdsFor).length;
  return {
    folder,
    seed,
    share,
    mutants: mutants.length,
    tried: tried.length,
    noticed: count((mutant) => !isAlive(mutant)),
    endless: count(({ status }) => status === 'Timeout'),
    atLoading: mutants.filter(({ status }) => status === 'Ignored').length,
  };
}

/** Says how many were noticed and who lives; true where that is enough and each that lives has a reason. */
function report() {
  const survivors = JSON.parse(readFileSync(join(home, 'survivors.json'), 'utf8'));
  const mutants = targets.flatMap(mutantsIn);
  const tried = mutants.filter(isTried);
  const alive = tried.filter(isAlive);
  const unexplained = alive.filter((mutant) => !survivors.some((each) => isSurvivor(each, mutant)));
  const told = mutants.filter(({ status }) => status === 'RuntimeError' || status === 'Timeout');
  for (const { name, location, status, line, from, replacement, statusReason } of [...told, ...unexplained])
    console.log(
      `${status}  ${name}:${location.start.line}  ${statusReason ?? ''}\n    ${line}\n  - ${shown(from)}\n  + ${shown(replacement)}`,
    );
  const noticed = (tried.length - alive.length) / tried.length;
  console.log(
    `${tried.length} of ${mutants.length} tried, ${tried.length - alive.length} noticed (${(100 * noticed).toFixed(1)} %), ` +
      `${alive.length} alive, ${unexplained.length} of them without a reason.`,
  );
  return noticed >= LEAST_NOTICED && unexplained.length === 0;
}

/** What is changed, and the line that it begins in. */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const line = lines[0].trim();
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return { line, from: lines.join('\n') };
}

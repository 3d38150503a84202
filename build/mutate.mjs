// npm run mutate -- FOLDER|FILE… [--share PERCENT] [--seed N] [--force]: changes the engine on paper bit by bit (Stryker) and
// looks whether a test of the folder notices. Of all changes a seeded share is tried; what was tried before and nothing
// touched since is not tried again. Fails where fewer than 90 % are noticed, or where one lives that
// tests/mutation/survivors.json gives no reason for.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './install.mjs';

const LEAST_KILLED = 0.9;
const folders = ['layers', 'schema', 'graph', 'blocks', 'analysis', 'lint', 'spec'];
const home = join(root, 'tests/mutation');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    force: { type: 'boolean', default: false },
  },
});
const share = Number(values.share);
if (positionals.length === 0 || !(share > 0 && share <= 100)) {
  console.error(`Name one of ${folders.join(', ')}, or files of them; --share is of 100.`);
  process.exit(2);
}

ensureInstalled();
ensureInstalled(home, { scripts: false });
process.chdir(root);
const { Stryker } = await import(
  pathToFileURL(join(home, 'node_modules/@stryker-mutator/core/dist/src/index.js')).href
);

const targets = positionals.map((name) => {
  const path = name === 'spec' ? 'shared/formats/spec' : folders.includes(name) ? `shared/${name}` : name;
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return { path, pattern: isFolder ? `${path}/**/*.ts` : path };
});
const folderOf = (path) => path.replace(/^shared\/(formats\/)?/, '').split('/')[0];
const judged = [...new Set(targets.map(({ path }) => folderOf(path)))];

const kept = join(root, 'dist/mutation');
mkdirSync(kept, { recursive: true });
const incrementalFile = join(kept, `${judged.join('-')}.json`);
process.env.NETWRIGHT_MUTANTS = JSON.stringify({ folders: judged, share: share / 100, seed: values.seed });
const plugin = (path) => pathToFileURL(join(home, path)).href;
await new Stryker({
  mutate: targets.map(({ pattern }) => pattern),
  plugins: [plugin('node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'), plugin('sample.mjs')],
  testRunner: 'vitest',
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  // Who is not drawn is not run; Stryker asks its checkers whether a mutant is worth a run.
  checkers: ['sample'],
  coverageAnalysis: 'perTest',
  // What only runs while a file is loaded would need all tests anew for each: constants, of which layers have their examples.
  ignoreStatic: true,
  // Texts are judged by those who read them, not by tests that repeat them.
  mutator: { excludedMutations: ['StringLiteral'] },
  incremental: true,
  incrementalFile,
  force: values.force,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: join(kept, 'report.json') },
  tempDirName: 'dist/mutation/sandboxes',
  ignorePatterns: ['/out', '/dist', '/release', '/tests/peers', '/tests/mutation/node_modules'],
  disableTypeChecks: false,
  tsconfigFile: 'none',
  concurrency: Math.max(1, Math.min(4, availableParallelism() - 1)),
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 30,
  allowConsoleColors: process.stdout.isTTY === true,
}).runMutationTest();

forgetUndrawn(incrementalFile);
process.exit(report(JSON.parse(readFileSync(join(kept, 'report.json'), 'utf8'))) ? 0 : 1);

/** Who was not drawn this time may be drawn the next. */
function forgetUndrawn(file) {
  const state = JSON.parse(readFileSync(file, 'utf8'));
  for (const each of Object.values(state.files))
    each.mutants = each.mutants.filter(({ status }) => status !== 'CompileError');
  writeFileSync(file, JSON.stringify(state));
}

/** Says how many were noticed and who lives; true where that is enough and each that lives has a reason. */
function report({ files }) {
  const reasons = JSON.parse(readFileSync(join(home, 'survivors.json'), 'utf8'));
  const wanted = (name) => targets.some(({ path }) => name === path || name.startsWith(`${path}/`));
  const tried = Object.entries(files)
    .filter(([name]) => wanted(name))
    .flatMap(([name, { source, mutants }]) =>
      mutants
        .filter(({ status }) => status !== 'CompileError' && status !== 'Ignored')
        .map((mutant) => ({ ...mutant, name, from: textAt(source, mutant.location) })),
    );
  const alive = tried.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const unexplained = alive.filter(
    ({ name, from, replacement }) =>
      !reasons.some((each) => each.file === name && each.from === from && each.to === replacement),
  );
  for (const { name, location, status, from, replacement } of unexplained)
    console.log(`${status}  ${name}:${location.start.line}\n  - ${from}\n  + ${replacement}`);
  const killed = (tried.length - alive.length) / tried.length;
  console.log(
    `${tried.length} tried, ${tried.length - alive.length} noticed (${(100 * killed).toFixed(1)} %), ` +
      `${alive.length} alive, ${unexplained.length} of them without a reason.`,
  );
  return killed >= LEAST_KILLED && unexplained.length === 0;
}

function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

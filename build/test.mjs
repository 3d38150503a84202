// npm test: install and build when needed, run every test, say what was not judged and why, and how it went in one line.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { notJudged, skipTable } from './judges.mjs';
import { filesToTryAgain, secondTries, summarize, summaryLine, withSecondTry } from './summary.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();
const { findChromium, howToGetChromium } = await import('./chromium.mjs');
if (!findChromium()) console.log(`\n${howToGetChromium}\nUntil then the browser tests are skipped.\n`);

const report = join(root, `out/test-report-${process.pid}.json`);

/** Runs vitest with arguments of its own; what it reports, and the code it ended with. */
function runVitest(...args) {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--reporter=${join(root, 'build/uncaught-reporter.mjs')}`,
      `--outputFile.json=${report}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
        NETWRIGHT_UNCAUGHT: `${report}.uncaught`,
      },
    },
  );
  const run = { status };
  try {
    run.report = JSON.parse(readFileSync(report, 'utf8'));
    run.uncaught = Number(readFileSync(`${report}.uncaught`, 'utf8'));
  } catch (error) {
    console.error(`The test report could not be read: ${error.message}`);
  }
  rmSync(report, { force: true });
  rmSync(`${report}.uncaught`, { force: true });
  return run;
}

let run = runVitest(...process.argv.slice(2));
// A machine that others use too is slow by fits: there, files that failed are run once more, whole and one after another.
const again = process.env.CI ? filesToTryAgain(run) : [];
if (again.length > 0) {
  console.log(`\nOnce more, by themselves: ${again.map((file) => relative(root, file)).join(', ')}`);
  run = withSecondTry(run, runVitest(...again, '--no-file-parallelism'));
}
const { report: result } = run;
const counts = summarize(result, run.status);
const skips = notJudged(result);
if (skips.length > 0) console.log(`\n${skipTable(skips)}`);
// CI installs every judge there is: what is skipped there all the same has to be known.
const unexpected = process.env.CI ? skips.filter(({ isExpected }) => !isExpected) : [];
for (const { reason } of unexpected) console.error(`CI did not expect to do without: ${reason}`);
const twice = secondTries(result);
if (twice.length > 0)
  console.log(`\nPassed only at the second try:\n${twice.map((each) => `    ${each}`).join('\n')}`);
console.log(`\n${summaryLine(counts)}`);
process.exit(counts.failed === 0 && unexpected.length === 0 ? 0 : 1);

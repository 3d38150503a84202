// npm test: install and build when needed, run every test, say what was not judged and why, and how it went in one line.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { notJudged, skipTable } from './judges.mjs';
import { secondTries, summarize, summaryLine } from './summary.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();
const { findChromium, howToGetChromium } = await import('./chromium.mjs');
if (!findChromium()) console.log(`\n${howToGetChromium}\nUntil then the browser tests are skipped.\n`);

const report = join(root, `out/test-report-${process.pid}.json`);
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } },
);

let result;
try {
  result = JSON.parse(readFileSync(report, 'utf8'));
} catch (error) {
  console.error(`The test report could not be read: ${error.message}`);
}
rmSync(report, { force: true });
const counts = summarize(result, status);
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

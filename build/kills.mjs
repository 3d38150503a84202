// npm run kills -- desktop|browser|pages [--count N]: ends the program while it draws and saves, so many times, and holds what
// is there afterwards against what was drawn. Portions add up in the ledger of docs/reliability.md, each after the one before.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './install.mjs';
import { nextCase } from './ledger.mjs';

ensureInstalled();

/** What each is called in the ledger, its test, and so many of them at a time, so that a failure does not take all with it. */
const campaigns = {
  desktop: { campaign: 'kills of the desktop', test: 'kills', portion: 50 },
  browser: { campaign: 'kills of the browser', test: 'browser', portion: 96 },
  pages: { campaign: 'kills of pages without a view', test: 'pages', portion: 160 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '100' } },
});
const chosen = Object.hasOwn(campaigns, positionals[0] ?? '') ? campaigns[positionals[0]] : undefined;
const count = Number(values.count);
if (!chosen || !Number.isSafeInteger(count) || count < 1) {
  console.error('npm run kills -- desktop|browser|pages [--count N]');
  process.exit(2);
}
const { campaign, test, portion } = chosen;
if (test === 'browser') {
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
}
for (let done = 0; done < count; done += portion) {
  const env = { ...process.env, KILLS: Math.min(portion, count - done), KILLS_FROM: nextCase(campaign) };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', `tests/kills/${test}.test.ts`];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

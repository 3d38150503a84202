// npm run package [-- electron-builder's own arguments]: builds, writes down what ships under which licences, then packages
// for this platform. NETWRIGHT_UPDATE_FEED is the address that packages ask for updates; without it they ask nobody.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();
const { writeNotices } = await import('./notices.mjs');
await writeNotices();
const { packaging } = await import('./packaging.mjs');
const { failureOf } = await import('./package-failure.mjs');
const config = join(root, 'dist/packaging.json');
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(config, JSON.stringify(packaging, null, 2));

const builder = join(root, 'node_modules/electron-builder/cli.js');
const child = spawn(
  process.execPath,
  [builder, '--config', config, '--publish', 'never', ...process.argv.slice(2)],
  { cwd: root, stdio: ['inherit', 'pipe', 'pipe'] },
);
let said = '';
/** What it says is shown as it comes, up to where it fails: what is told of that is one sentence. */
function show(text) {
  const before = said.includes('⨯');
  said += text;
  if (before) return;
  const [calm] = text.split('  ⨯');
  process.stdout.write(calm);
}
for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', show);
child.on('close', (status) => {
  if (status !== 0) console.error(failureOf(said));
  process.exit(status ?? 1);
});

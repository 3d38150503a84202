// npm run check: types, lint, format, import boundaries, what nobody uses and stale docs, all of them, before saying no.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const bin = (name) => join(root, 'node_modules', name);
const tsc = bin('typescript/bin/tsc');
const checks = [
  ['types of the engine', tsc, '-p', 'shared/tsconfig.json'],
  ['types of the WebGL machine', tsc, '-p', 'shared/runtime/webgl/tsconfig.json'],
  ['types of the app', tsc, '-p', 'renderer/tsconfig.json'],
  ['types of host, command, build and tests', tsc, '-p', 'tsconfig.json'],
  ['format and lint', bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '.'],
  ['import boundaries', bin('vitest/vitest.mjs'), 'run', '--silent', '--reporter=dot', 'tests/house'],
  ['nothing is left unused', bin('knip/bin/knip.js')],
  ['docs are fresh', join(root, 'build/docs.mjs'), '--check'],
];
const refused = checks.filter(([title, ...command]) => {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${title}`);
  return status !== 0;
});
process.exit(refused.length === 0 ? 0 : 1);

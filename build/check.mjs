// npm run check: types, lint, format, import boundaries, what nobody uses and stale docs, all of them, before saying no.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const bin = (name) => join(root, 'node_modules', name);
const tsc = bin('typescript/bin/tsc');
// Long ones first, so that none of them is left over at the end.
const checks = [
  ['types of host, command, build and tests', tsc, '-p', 'tsconfig.json'],
  ['types of the app', tsc, '-p', 'renderer/tsconfig.json'],
  ['types of the engine', tsc, '-p', 'shared/tsconfig.json'],
  ['types of the WebGL backend', tsc, '-p', 'shared/runtime/webgl/tsconfig.json'],
  ['types of the WebGPU backend', tsc, '-p', 'shared/runtime/webgpu/tsconfig.json'],
  ['format and lint', bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '.'],
  ['nothing is left unused', bin('knip/bin/knip.js')],
  ['boundaries and indexes', bin('vitest/vitest.mjs'), 'run', '--silent', '--reporter=dot', 'tests/house'],
  ['licences of what ships', join(root, 'build/notices.mjs')],
  ['docs are fresh', join(root, 'build/docs.mjs'), '--check'],
];

/** Runs one check and shows what it says when it has ended; true where it had nothing to say against it. */
function passes([title, ...command]) {
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(process.execPath, command, { cwd: root, env: { FORCE_COLOR: '1', ...process.env } });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    child.on('close', (status) => {
      if (status !== 0) process.stdout.write(said);
      console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${title}`);
      resolve(status === 0);
    });
  });
}

const waiting = [...checks];
let sound = true;
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) sound = (await passes(next)) && sound;
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
process.exit(sound ? 0 : 1);

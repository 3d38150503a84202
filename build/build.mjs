import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { build as viteBuild } from 'vite';
import { root } from './install.mjs';
import { buildKernels } from './kernels.mjs';
import { markBuilt } from './stale.mjs';

const out = join(root, 'out');
const at = (path) => join(root, path);

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  absWorkingDir: root,
};

/** The app as a page: the same in Electron and in a browser. */
async function buildRenderer() {
  await viteBuild({ configFile: at('renderer/vite.config.ts'), logLevel: 'warn' });
}

/** Main and preload as CommonJS, which a sandboxed preload must be. */
async function buildElectron() {
  for (const name of ['main', 'preload']) {
    await build({
      ...node,
      format: 'cjs',
      external: ['electron'],
      entryPoints: [at(`electron/${name}/index.ts`)],
      outfile: join(out, `electron/${name}.cjs`),
    });
  }
}

async function buildCommand() {
  const outfile = join(out, 'cli/netwright.js');
  await build({
    ...node,
    format: 'esm',
    entryPoints: [at('cli/netwright.ts')],
    outfile,
    // Some libraries are CommonJS and ask for Node's modules through require.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as netwrightRequire } from 'node:module';\nconst require = netwrightRequire(import.meta.url);",
    },
  });
  await chmod(outfile, 0o755);
}

async function buildLibrary() {
  await build({
    ...node,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'es2023',
    entryPoints: [at('shared/index.ts')],
    outfile: join(out, 'lib/index.js'),
  });
  const tsc = spawnSync(
    process.execPath,
    [at('node_modules/typescript/bin/tsc'), '-p', 'build/tsconfig.lib.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (tsc.status !== 0) throw new Error('The declarations of the library could not be written.');
}

/** Builds everything into out/. The kernels are compiled once and copied to where page, app and command look for them. */
export async function buildAll() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { outDir: kernels } = await buildKernels();
  await Promise.all([buildRenderer(), buildElectron(), buildCommand(), buildLibrary()]);
  for (const place of ['renderer/cpu', 'cli/cpu', 'lib/cpu'])
    await cp(kernels, join(out, place), { recursive: true });
  markBuilt();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = Date.now();
  await buildAll();
  console.log(`Built into out/ in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

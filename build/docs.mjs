// npm run docs writes the reference pages from the definitions of layers, blocks and rules; with --check it only says which
// are stale.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './install.mjs';

/** TypeScript is a program beside its package: it is left there, and found from here. */
const compilerWhereItIs = {
  name: 'compiler-where-it-is',
  setup({ onResolve }) {
    onResolve({ filter: /^typescript\// }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

const folder = await mkdtemp(join(tmpdir(), 'netwright-docs-'));
try {
  const outfile = join(folder, 'docs.mjs');
  await build({
    entryPoints: [join(root, 'build/docs/docs.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    mainFields: ['module', 'main'],
    plugins: [compilerWhereItIs],
    // Some libraries are CommonJS and ask for Node's modules through require.
    banner: {
      js: "import { createRequire as docsRequire } from 'node:module';\nconst require = docsRequire(import.meta.url);",
    },
  });
  const { checkDocs, writeDocs } = await import(pathToFileURL(outfile).href);
  process.exitCode = process.argv.includes('--check') ? await checkDocs(root) : await writeDocs(root);
} finally {
  await rm(folder, { recursive: true, force: true });
}

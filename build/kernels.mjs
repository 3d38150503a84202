import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { microSource, shapes } from '../shared/runtime/cpu/assembly/micro.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'shared/runtime/cpu/assembly');
const workers = join(root, 'shared/runtime/cpu/worker');

/**
 * The builds of the kernels: each register shape for shared memory, and one for a memory of its own, where threads are
 * not to be had. -O2, never -O3: at -O3 the multiply-adds of an unrolled kernel are regrouped per sum and spill.
 */
const variants = [
  ...Object.entries(shapes).map(([name, shape]) => ({ name, shape, shared: true })),
  { name: 'single', shape: shapes.plain, shared: false },
];

async function compile({ name, shape, shared }, sources) {
  // Loaded only where there is something to compile: it takes longer than everything else here.
  const { default: asc } = await import('assemblyscript/asc');
  const features = ['simd', ...(shared ? ['threads'] : []), ...(shape.relaxed ? ['relaxed-simd'] : [])];
  let binary;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '-O2',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--maximumMemory',
      '65536',
      ...(shared ? ['--sharedMemory'] : []),
      '--enable',
      features.join(','),
      '--outFile',
      'kernels.wasm',
    ],
    {
      readFile: (file) => (file === 'micro.ts' ? microSource(shape) : (sources.get(file) ?? null)),
      writeFile: (file, contents) => {
        if (file === 'kernels.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`The ${name} kernels do not compile.\n${stderr}`);
  return binary;
}

/**
 * Compiles the CPU engine's kernels and bundles its worker entries into `outDir` (default dist/cpu): NAME.wasm for
 * each variant, node-worker.mjs and web-worker.js. Does nothing when the sources have not changed since.
 */
export async function buildKernels(outDir = join(root, 'dist/cpu')) {
  const files = (await readdir(assembly)).sort();
  const sources = new Map();
  const hash = createHash('sha256');
  for (const file of files) {
    const text = await readFile(join(assembly, file), 'utf8');
    sources.set(file, text);
    hash.update(file).update(text);
  }
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  const compiled = await unlessStamped(outDir, 'stamp', hash.digest('hex'), async () => {
    for (const variant of variants) {
      const binary = await compile(variant, sources);
      await place(join(outDir, `${variant.name}.wasm`), binary);
    }
  });
  const bundled = await unlessStamped(outDir, 'bundle-stamp', await bundleHash(), () => bundle(outDir));
  return { outDir, built: compiled || bundled };
}

/** Does something where the stamp is another; whether it did. */
async function unlessStamped(outDir, name, stamp, work) {
  const file = join(outDir, name);
  if ((await readFile(file, 'utf8').catch(() => '')) === stamp) return false;
  await mkdir(outDir, { recursive: true });
  await work();
  await place(file, stamp);
  return true;
}

/** Of what workers and the trial of the kernels are made of. */
async function bundleHash() {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  for (const folder of [workers, dirname(workers), join(root, 'shared/runtime/plan')]) {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort())
      hash.update(file).update(await readFile(join(folder, file)));
  }
  return hash.update(await readFile(join(assembly, 'layout.ts'))).digest('hex');
}

async function bundle(outDir) {
  for (const [entry, out, platform, format] of [
    ['node-worker.ts', 'node-worker.mjs', 'node', 'esm'],
    ['node-trial.ts', 'node-trial.mjs', 'node', 'esm'],
    ['web-worker.ts', 'web-worker.js', 'browser', 'iife'],
  ]) {
    const result = await build({
      entryPoints: [join(workers, entry)],
      bundle: true,
      write: false,
      platform,
      format,
      target: 'es2022',
      legalComments: 'none',
    });
    await place(join(outDir, out), result.outputFiles[0].contents);
  }
}

/** Writes beside and renames, so that two builds at once never show each other half a file. */
async function place(file, contents) {
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, contents);
  await rename(beside, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outDir, built } = await buildKernels();
  console.log(built ? `Kernels built into ${outDir}` : 'Kernels are up to date');
}

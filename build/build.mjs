import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './install.mjs';
import { buildKernels } from './kernels.mjs';
import { beginBuild, targets } from './stale.mjs';

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

/**
 * Vite makes what it builds for production, and says so in the environment of whoever builds: tests, or the app from its
 * sources, which are started next would take that for their own.
 */
async function keepingNodeEnv(work) {
  const { NODE_ENV } = process.env;
  try {
    return await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** The app as a page: the same in Electron and in a browser. */
async function buildRenderer() {
  const { build: viteBuild } = await import('vite');
  await viteBuild({ configFile: at('renderer/vite.config.ts'), logLevel: 'warn' });
}

/** The page that shows the app's parts, for the tests that look at it; it is no part of what ships. */
async function buildGallery() {
  const { build: viteBuild } = await import('vite');
  await viteBuild({
    configFile: at('renderer/vite.config.ts'),
    logLevel: 'warn',
    build: {
      outDir: join(out, 'gallery'),
      minify: false,
      rolldownOptions: { input: at('renderer/gallery.html') },
    },
  });
}

/** Main and preload as CommonJS, which a sandboxed preload must be. */
const electronOptions = (name) => ({
  ...node,
  format: 'cjs',
  external: ['electron'],
  entryPoints: [at(`electron/${name}/index.ts`)],
  outfile: join(out, `electron/${name}.cjs`),
});

async function buildElectron() {
  for (const name of ['main', 'preload']) await build(electronOptions(name));
  await cp(at('assets/python'), join(out, 'electron/python'), { recursive: true });
}

/** What pictures with pixels are painted with. */
const pictureFiles = [
  'node_modules/canvaskit-wasm/bin/canvaskit.wasm',
  'assets/fonts/Roboto-Regular.ttf',
  'assets/fonts/Roboto-Medium.ttf',
];

/** The command; what only few commands need lies in files of its own, so that the rest starts fast. */
async function buildCommand() {
  const folder = join(out, 'cli');
  await build(commandOptions(folder));
  await chmod(join(folder, 'netwright.js'), 0o755);
  await mkdir(join(folder, 'pictures'), { recursive: true });
  for (const file of pictureFiles) await cp(at(file), join(folder, 'pictures', basename(file)));
  await cp(at('assets/python'), join(folder, 'python'), { recursive: true });
}

function commandOptions(folder) {
  return {
    ...node,
    format: 'esm',
    entryPoints: { netwright: at('cli/netwright.ts') },
    outdir: folder,
    splitting: true,
    minifyWhitespace: true,
    minifySyntax: true,
    // Modules before the older forms, some of which cannot be bundled.
    mainFields: ['module', 'main'],
    // Some libraries are CommonJS: they ask for Node's modules through require, and for their own folder.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as netwrightRequire } from 'node:module';\nconst require = netwrightRequire(import.meta.url);\nconst __dirname = import.meta.dirname;",
    },
  };
}

function libraryOptions(folder) {
  const library = { ...node, mainFields: ['module', 'main'], format: 'esm', target: 'es2023' };
  return [
    {
      ...library,
      platform: 'neutral',
      entryPoints: [at('shared/index.ts')],
      outfile: join(folder, 'index.js'),
    },
    { ...library, entryPoints: [at('cli/library.ts')], outfile: join(folder, 'node.js') },
  ];
}

/** The library as one module for Node and one for everything else, and its declarations. */
async function buildLibrary() {
  const folder = join(out, 'lib');
  await Promise.all(libraryOptions(folder).map((options) => build(options)));
  const tsc = spawnSync(
    process.execPath,
    [at('node_modules/typescript/bin/tsc'), '-p', 'build/tsconfig.lib.json', '--outDir', folder],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (tsc.status !== 0) throw new Error('The declarations of the library could not be written.');
}

const withEsbuild = (options) => async () => {
  const { metafile } = await build({ ...options, write: false, metafile: true });
  return Object.keys(metafile.inputs);
};

/** The files that each bundle of the app and of the command is made of, as its bundler tells; nothing is written. */
export function graphs() {
  return [
    () => keepingNodeEnv(rendererFiles),
    withEsbuild(electronOptions('main')),
    withEsbuild(electronOptions('preload')),
    withEsbuild(commandOptions(join(out, 'cli'))),
  ];
}

/** The same for the bundles of the package on npm: command and library. */
export function commandGraphs() {
  return [commandOptions(join(out, 'cli')), ...libraryOptions(join(out, 'lib'))].map(withEsbuild);
}

async function rendererFiles() {
  const { build: viteBuild } = await import('vite');
  const files = [];
  const listing = () => ({
    name: 'netwright-files',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) files.push(...Object.keys(chunk.modules ?? {}));
    },
  });
  await viteBuild({
    configFile: at('renderer/vite.config.ts'),
    logLevel: 'warn',
    plugins: [listing()],
    // Workers are bundles of their own.
    worker: { format: 'es', plugins: () => [listing()] },
    build: { write: false, minify: false },
  });
  return files;
}

/** Each part, and where it wants the kernels, which are compiled once and copied. */
const builders = {
  renderer: { build: buildRenderer, kernels: true },
  gallery: { build: buildGallery, kernels: false },
  electron: { build: buildElectron, kernels: false },
  cli: { build: buildCommand, kernels: true },
  lib: { build: buildLibrary, kernels: true },
};

/** Builds some parts into out/. */
export async function buildParts(parts) {
  const done = parts.map((part) => beginBuild(part));
  for (const part of parts) await rm(join(out, part), { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const withKernels = parts.filter((part) => builders[part].kernels);
  const kernels = withKernels.length > 0 ? (await buildKernels()).outDir : undefined;
  await keepingNodeEnv(() => Promise.all(parts.map((part) => builders[part].build())));
  for (const part of withKernels) await cp(kernels, join(out, part, 'cpu'), { recursive: true });
  for (const mark of done) mark();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = Date.now();
  await buildParts(Object.keys(targets));
  console.log(`Built into out/ in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

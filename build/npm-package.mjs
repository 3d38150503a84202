// npm run npm-package [-- FOLDER]: what is published on npm, in out/npm or that folder: the command, the library with its
// types, the schemas and the notices. `npm publish out/npm` is all that is left to do.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './install.mjs';

/** Each file of the package, and where it comes from. */
const parts = {
  'out/cli': 'out/cli',
  'out/lib': 'out/lib',
  'docs/schema': 'schema',
  'README.md': 'README.md',
  LICENSE: 'LICENSE',
  'CHANGELOG.md': 'CHANGELOG.md',
};

/** The manifest of the package: that of the project, without what only its builders need. */
function manifest() {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version, description, homepage, license, author, type, engines, bin, exports } = about;
  return {
    name,
    version,
    description,
    keywords: ['cnn', 'convolutional-network', 'design-rules', 'onnx', 'lint', 'model-size', 'flops'],
    homepage,
    license,
    author,
    type,
    engines,
    bin,
    exports: { ...exports, './schema/*.json': './schema/*.json', './package.json': './package.json' },
    types: exports['.'].types,
    files: [...Object.values(parts).filter((to) => !/^[A-Z]/.test(to)), 'THIRD-PARTY-NOTICES.txt'],
    // Declarations name its types; all else is in the bundles.
    dependencies: { immer: about.devDependencies.immer },
  };
}

export async function writeNpmPackage(folder = join(root, 'out/npm')) {
  const { staleTargets } = await import('./stale.mjs');
  const stale = staleTargets().filter((part) => part === 'cli' || part === 'lib');
  const { buildParts, commandGraphs } = await import('./build.mjs');
  if (stale.length > 0) await buildParts(stale);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [from, to] of Object.entries(parts))
    cpSync(join(root, from), join(folder, to), { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  const { writeNotices } = await import('./notices.mjs');
  await writeNotices(folder, commandGraphs());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  await writeNpmPackage(process.argv[2] === undefined ? undefined : resolve(process.argv[2]));
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './install.mjs';

/** What says how everything is built, and by which tools. */
const common = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'build/build.mjs',
  'build/stale.mjs',
];

/**
 * What each part of the build is made of: a change elsewhere leaves it alone. The kernels are stamped by what they are
 * compiled from, in kernels.mjs.
 */
export const targets = {
  renderer: [...common, 'renderer', 'shared', 'assets', 'docs'],
  gallery: [...common, 'renderer', 'shared', 'assets', 'docs'],
  electron: [
    ...common,
    'electron',
    'assets/python',
    'shared/disk',
    'shared/host',
    'shared/formats/models.ts',
    'shared/formats/config-file.ts',
    'shared/languages/names.ts',
    'shared/runtime/cpu',
  ],
  cli: [...common, 'cli', 'shared', 'assets', 'build/kernels.mjs'],
  lib: [...common, 'cli', 'shared', 'build/kernels.mjs', 'build/tsconfig.lib.json'],
};

const stampOf = (target, at) => join(at, 'out/.stamps', target);

/** Names, sizes and times of all that goes into a part. */
export function fingerprint(target, at = root) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stats = statSync(path);
    if (stats.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
  };
  for (const name of targets[target]) if (existsSync(join(at, name))) visit(join(at, name));
  return hash.digest('hex');
}

/** The parts that are not what their sources would make of them. */
export function staleTargets(at = root) {
  return Object.keys(targets).filter((target) => {
    const stamp = stampOf(target, at);
    return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint(target, at);
  });
}

/** From here on a part is being built: what is there is no longer to be trusted. Gives what to call when it is. */
export function beginBuild(target, at = root) {
  const stamp = stampOf(target, at);
  // Of the sources as they are now: what changes while it is built is not in it.
  const now = fingerprint(target, at);
  rmSync(stamp, { force: true });
  return () => {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, now);
  };
}

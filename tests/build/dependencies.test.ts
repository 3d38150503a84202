import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLicences } from '../../build/bundled.mjs';
import { packaging } from '../../build/packaging.mjs';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
}

/** Licences under which a library may be bundled into what ships, or used to make it. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'NIST-Software',
  'Python-2.0',
  // Given to the public domain.
  'Unlicense',
  'WTFPL',
  // Of fonts: they may be bundled, and not be sold by themselves.
  'OFL-1.1',
  // Weak copyleft, per file: what is unchanged may be bundled.
  'EPL-2.0',
  'MPL-2.0',
]);

/** Whether one of the alternatives of an SPDX expression, all its parts together, may be used. */
function mayUse(licence: string): boolean {
  return licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((part) => allowed.has(part.trim())));
}

interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}
const lockedIn = ({ packages }: Lockfile) =>
  Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
const lock: Lockfile = read('package-lock.json');
const locked = lockedIn(lock);
/** What is installed on demand into a folder of its own and never ships, and data in it under licences for data. */
const apart: readonly (readonly [folder: string, data: readonly string[]])[] = [
  ['tests/mutation', ['node_modules/caniuse-lite: CC-BY-4.0']],
];

/** What a package's own file of terms says in SPDX's words, where the package names that file. */
const licenceOf = (path: string): string | undefined => readLicences[path.slice('node_modules/'.length)];

describe('dependencies', () => {
  it('has a lockfile to look into', () => {
    expect(locked.length).toBeGreaterThan(100);
  });

  it('are all under licences that allow what is done with them', () => {
    const strangers = locked
      .map(([path, { license }]) => [path, { license: licenceOf(path) ?? license }] as const)
      .filter(([, { license }]) => license === undefined || !mayUse(license))
      .map(([path, { license }]) => `${path}: ${license}`);
    expect(strangers).toEqual([]);
  });

  it.each(apart)('of %s are pinned, known by their contents and under such licences too', (folder, data) => {
    const inFolder: Lockfile = read(join(folder, 'package-lock.json'));
    const strangers = lockedIn(inFolder)
      .map(([path, { license }]) => [path, { license: licenceOf(path) ?? license }] as const)
      .filter(([, { license }]) => license === undefined || !mayUse(license))
      .map(([path, { license }]) => `${path}: ${license}`);
    expect(strangers).toEqual(data);
    expect(lockedIn(inFolder).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    const { dependencies } = read(join(folder, 'package.json')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const [name, version] of Object.entries(dependencies))
      expect(inFolder.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it('are all known by their contents', () => {
    const unknown = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    expect(unknown.map(([path]) => path)).toEqual([]);
  });

  it('are pinned to one version each, as in the lockfile', () => {
    const { dependencies = {}, devDependencies = {} } = read('package.json') as Record<
      string,
      Readonly<Record<string, string>>
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it.each([
    ['GPL-3.0-only', false],
    ['MIT OR GPL-2.0-only', true],
    ['(MIT AND GPL-2.0-only)', false],
    ['UNLICENSED', false],
    ['(BSD-2-Clause OR MIT)', true],
  ])('reads the licence %s: %s', (licence, expected) => {
    expect(mayUse(licence)).toBe(expected);
  });

  it('packages the very Electron that it is tested with', () => {
    expect(packaging.electronVersion).toBe(read('package.json').devDependencies.electron);
  });
});

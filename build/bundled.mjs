// Which packages what ships is made of, as the bundlers themselves tell it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** Licences under which a library may be part of what ships. Weak copyleft is not among them: its sources would have to ship. */
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
]);

/** Licences of packages that name a file in their place: read there, and said in SPDX's words. */
export const readLicences = {
  // NIST's own terms, and those of the HDF5 library inside.
  h5wasm: 'NIST-Software AND BSD-3-Clause',
};

/** Whether one of the alternatives of an SPDX expression, all its parts together, may ship. */
export function mayShip(licence) {
  return licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((part) => allowed.has(part.trim())));
}

/** The folder of the package that a file of a bundle is of; nothing for files of our own. */
export function packageOf(path) {
  const [, folder] =
    /(?:^|[\\/])(node_modules[\\/](?:.*node_modules[\\/])?(?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path) ?? [];
  return folder?.replaceAll('\\', '/');
}

/** What stands in bundles though no bundler sees it: it is compiled into the kernels, or copied beside them. */
const beside = ['node_modules/assemblyscript', 'node_modules/canvaskit-wasm'];

/** Folders of the packages in these bundles, each once; in all that the app and the command have, if none are named. */
export async function bundledFolders(graphs) {
  const asked = graphs ?? (await import('./build.mjs')).graphs();
  const files = (await Promise.all(asked.map((graph) => graph()))).flat();
  return [...new Set([...files.map(packageOf).filter((folder) => folder !== undefined), ...beside])].sort();
}

const NAMES = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** What a package says of itself, and the texts that have to go with it. */
export function packageAt(folder) {
  const at = join(root, folder);
  const { name, version, license, licenses, homepage, repository, author, contributors } = JSON.parse(
    readFileSync(join(at, 'package.json'), 'utf8'),
  );
  const said = readLicences[name] ?? license ?? licenses?.map((each) => each.type ?? each).join(' OR ');
  const texts = readdirSync(at)
    .filter((file) => NAMES.test(file))
    .sort()
    .map((file) => readFileSync(join(at, file), 'utf8').trim());
  const source = homepage ?? repository?.url ?? repository;
  const licence = typeof said === 'string' ? said : (said?.type ?? '');
  const people = [author, ...(contributors ?? [])].map((each) => each?.name ?? each).filter(Boolean);
  return { name, version, licence, texts, source, author: people.join(', ') || `the authors of ${name}` };
}

/** The texts of licences that packages name without bringing them along. */
const standard = join(root, 'assets/licences');

export function textsOf({ texts, licence, author }) {
  if (texts.length > 0) return texts;
  const file = join(standard, `${licence}.txt`);
  return existsSync(file) ? [readFileSync(file, 'utf8').trim().replace('{author}', author)] : [];
}

// npm run package and npm run check: what third parties' work ships, under which licences. With --check nothing is written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledFolders, mayShip, packageAt, textsOf } from './bundled.mjs';
import { root } from './install.mjs';
import { billOfMaterials } from './sbom.mjs';

const fonts = {
  name: 'Roboto',
  version: '2',
  licence: 'Apache-2.0',
  texts: [readFileSync(join(root, 'assets/fonts/LICENSE'), 'utf8').trim()],
  source: 'https://fonts.google.com/specimen/Roboto',
};

/** What may not ship, a sentence each. */
export function faultsOf(packages) {
  return packages.flatMap((each) => [
    ...(mayShip(each.licence)
      ? []
      : [`${each.name} ${each.version} is under ${each.licence || 'no licence'}, which may not ship.`]),
    ...(textsOf(each).length > 0
      ? []
      : [`${each.name} ${each.version} brings no text of its licence (${each.licence}).`]),
  ]);
}

export function noticesOf(packages) {
  const rule = '-'.repeat(100);
  const parts = packages.map((each) =>
    [rule, `${each.name} ${each.version} (${each.licence})`, each.source ?? '', '', ...textsOf(each)].join(
      '\n',
    ),
  );
  return `${[
    'Netwright contains work of others, which is theirs, and is used under the licences below.',
    'Electron and Chromium, which the packages for the desktop run in, bring their own: LICENSE.electron.txt and LICENSES.chromium.html.',
    '',
    ...parts,
  ].join('\n')}\n`;
}

export async function shippedPackages(graphs) {
  return [...(await bundledFolders(graphs)).map(packageAt), fonts].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Writes both files into a folder, for these bundles or for all; throws where something may not ship. */
export async function writeNotices(folder = join(root, 'out/notices'), graphs = undefined) {
  const packages = await shippedPackages(graphs);
  const faults = faultsOf(packages);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(packages), null, 2)}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const faults = faultsOf(await shippedPackages());
  for (const fault of faults) console.error(fault);
  process.exit(faults.length > 0 ? 1 : 0);
}

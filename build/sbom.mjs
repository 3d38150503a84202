// The software bill of materials: npm's own, of the packages that really ship.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

function ofLockfile() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stdout, stderr } = spawnSync(
    npm,
    ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--offline', '--include=dev'],
    { cwd: root, encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr.trim()}`);
  return JSON.parse(stdout);
}

/** A component that npm knows nothing of. */
const component = ({ name, version, licence, source }) => ({
  'bom-ref': `${name}@${version}`,
  type: 'library',
  name,
  version,
  purl: `pkg:generic/${encodeURIComponent(name)}@${version}`,
  licenses: [{ license: { id: licence } }],
  ...(source ? { externalReferences: [{ type: 'website', url: source }] } : {}),
});

/** CycloneDX 1.5. */
export function billOfMaterials(packages) {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const all = ofLockfile();
  const known = new Map(all.components.map((each) => [`${each.name}@${each.version}`, each]));
  const runtime = { name: 'electron', version: about.devDependencies.electron };
  const components = [...packages, runtime]
    .map((each) => known.get(`${each.name}@${each.version}`) ?? component(each))
    .map(({ properties: _, ...each }) => ({ ...each, scope: 'required' }));
  const refs = new Set(components.map((each) => each['bom-ref']));
  const own = { ...all.metadata.component, type: 'application', name: about.name };
  return {
    ...all,
    metadata: { ...all.metadata, lifecycles: [{ phase: 'build' }], component: own },
    components,
    dependencies: [
      { ref: own['bom-ref'], dependsOn: [...refs] },
      ...all.dependencies
        .filter(({ ref }) => refs.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
    ],
  };
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the peers, from the root of the project. */
export const peersFolder = join(process.cwd(), 'tests/peers');

export function peersInstalled(): boolean {
  return existsSync(join(peersFolder, 'node_modules/onnxruntime-node/package.json'));
}

/** Installs the peers when they are missing; their install scripts would fetch GPU libraries and are not run. */
export function ensurePeers(): void {
  if (peersInstalled()) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The peers could not be installed; see what npm wrote above.');
}

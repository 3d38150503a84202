import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuilt } from '../../build/ensure-built.mjs';

const root = join(import.meta.dirname, '../..');

/** Puts the library, built from today's sources, where a project's installed packages are; the folder that it is in. */
export async function installLibrary(project: string): Promise<string> {
  await ensureBuilt(['lib']);
  const folder = join(project, 'node_modules/netwright');
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await cp(join(root, 'out/lib'), join(folder, 'out/lib'), { recursive: true });
  return folder;
}

import { staleTargets, targets } from './stale.mjs';

/** Builds the parts, among those that are wanted, of which a source is newer than they are. */
export async function ensureBuilt(wanted = Object.keys(targets)) {
  const stale = staleTargets().filter((target) => wanted.includes(target));
  if (stale.length === 0) return;
  console.log(`Building ${stale.join(', ')} …`);
  const { buildParts } = await import('./build.mjs');
  await buildParts(stale);
}

import { staleTargets } from './stale.mjs';

/** Builds the parts of which a source is newer than they are. */
export async function ensureBuilt() {
  const stale = staleTargets();
  if (stale.length === 0) return;
  console.log(`Building ${stale.join(', ')} …`);
  const { buildParts } = await import('./build.mjs');
  await buildParts(stale);
}

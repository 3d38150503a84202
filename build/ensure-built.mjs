import { isBuilt } from './stale.mjs';

/** Builds when a source is newer than the build. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building …');
  const { buildAll } = await import('./build.mjs');
  await buildAll();
}

import type { Target } from '../../analysis/targets.ts';
import { parseLimit } from './quantity.ts';

/** `256KiB,1MiB` or a name among those that are known; undefined for anything else. */
export function targetOf(text: string, known: readonly Target[]): Target | undefined {
  const named = known.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (named) return named;
  const sizes = text.split(',').map((size) => parseLimit(size.trim(), 'memory'));
  const [memory, storage] = sizes;
  if (sizes.length !== 2 || memory?.kind !== 'absolute' || storage?.kind !== 'absolute') return undefined;
  return { name: text.trim(), memoryBytes: memory.max, storageBytes: storage.max };
}

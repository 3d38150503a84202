import { isPhrase } from '../../shared/base/messages.ts';
import type { BackendChoice } from '../../shared/runtime/backend.ts';
import type { ChoiceMemory } from '../../shared/runtime/choose.ts';
import { readKey, writeKey } from '../host/key-store.ts';

/** Where all choices of a computer lie, oldest first. */
const KEY = 'auto-choices';
const MOST_CHOICES = 500;

type Kept = readonly (readonly [key: string, choice: BackendChoice])[];

/**
 * Choices of `auto` that outlive the window. What was measured with other threads or on another graphics device is
 * another computer's. Where the browser keeps nothing, choices last as long as the worker.
 */
export function rememberOnComputer(computer: () => string): ChoiceMemory {
  const known = new Map<string, BackendChoice>();
  const keyOf = (key: string): string => `${computer()} / ${key}`;
  return {
    async get(key) {
      const full = keyOf(key);
      return known.get(full) ?? new Map(await readKept()).get(full);
    },
    async set(key, choice) {
      const full = keyOf(key);
      known.set(full, choice);
      const others = (await readKept()).filter(([other]) => other !== full);
      const kept: Kept = [...others, [full, choice] as const].slice(-MOST_CHOICES);
      await writeKey(KEY, kept).catch(() => undefined);
    },
  };
}

async function readKept(): Promise<Kept> {
  try {
    const found = await readKey<unknown>(KEY);
    return Array.isArray(found) ? found.filter(isEntry) : [];
  } catch {
    // No storage, as in a private window: then nothing was kept.
    return [];
  }
}

function isEntry(entry: unknown): entry is Kept[number] {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  const [key, choice] = entry as readonly unknown[];
  if (typeof key !== 'string' || typeof choice !== 'object' || choice === null) return false;
  const { backend, why } = choice as Partial<Record<keyof BackendChoice, unknown>>;
  return typeof backend === 'string' && isPhrase(why);
}

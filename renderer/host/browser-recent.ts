import type { RecentFile } from '../../shared/host/contract.ts';
import type { FileHandle } from './browser-files.ts';
import { readKey, writeKey } from './key-store.ts';

interface Remembered {
  readonly id: string;
  readonly handle: FileHandle;
  /** The files that were picked together with it; older entries have none. */
  readonly companions?: readonly FileHandle[];
}

/** Where they lie in the browser's storage. */
export const RECENT = 'recent';
const MOST_RECENT = 12;

const known = async (): Promise<readonly Remembered[]> =>
  (await readKey<readonly Remembered[]>(RECENT)) ?? [];

/** A convenience: that it cannot be kept must not fail what it is kept for. */
export async function remember(handle: FileHandle, companions: readonly FileHandle[] = []): Promise<void> {
  try {
    const others = (await known()).filter((entry) => entry.handle.name !== handle.name);
    const entry: Remembered = { id: crypto.randomUUID(), handle, companions };
    await writeKey(RECENT, [entry, ...others].slice(0, MOST_RECENT));
  } catch {
    // Blocked or full storage: keeping work tells of that.
  }
}

export async function recentFiles(): Promise<RecentFile[]> {
  return (await known()).map(({ id, handle }) => ({ id, name: handle.name, folder: '' }));
}

const mayRead = async (handle: FileHandle): Promise<boolean> =>
  ((await handle.requestPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';

/** The file of a handle; undefined where the user does not let it be read, or it is there no more. */
export async function fileAt(handle: FileHandle): Promise<File | undefined> {
  try {
    return (await mayRead(handle)) ? await handle.getFile() : undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** A recent file with what was picked together with it; undefined where the user does not let it be read. */
export async function recentAt(
  id: string,
): Promise<{ readonly handle: FileHandle; readonly file: File; readonly companions: File[] } | undefined> {
  const entry = (await known()).find((each) => each.id === id);
  if (!entry || !(await mayRead(entry.handle))) return undefined;
  const companions: File[] = [];
  for (const handle of entry.companions ?? []) {
    const file = await fileAt(handle);
    if (file) companions.push(file);
  }
  return { handle: entry.handle, file: await entry.handle.getFile(), companions };
}

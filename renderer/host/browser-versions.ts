import { type EventOf, type Host, MOST_VERSIONS, type Version } from '../../shared/host/contract.ts';
import type { BrowserDocuments } from './browser-documents.ts';
import { readKey, writeKey } from './key-store.ts';
import { sentenceOf } from './sentence.ts';

interface Kept extends Version {
  readonly bytes: Uint8Array;
}

/** All states of one file together take at most so much; the newest is kept whatever its size. */
const MOST_BYTES = 64 << 20;
/** A page knows no folder: files of one name share their states. */
const keyOf = (name: string): string => `versions ${name}`;

/** The last few saved states of each file. */
export function createBrowserVersions(
  documents: BrowserDocuments,
  onFailure: (lost: EventOf<'versionLost'>) => void,
) {
  const statesOf = async (name: string): Promise<readonly Kept[]> =>
    (await readKey<readonly Kept[]>(keyOf(name))) ?? [];

  /** Keeps a state, beside the save, which it must not fail: why it could not be kept is told. */
  async function keep(name: string, bytes: Uint8Array): Promise<void> {
    try {
      const before = await statesOf(name);
      const newest = before[0]?.bytes;
      if (newest?.length === bytes.length && newest.every((byte, i) => byte === bytes[i])) return;
      const state = { version: crypto.randomUUID(), time: Date.now(), sizeBytes: bytes.length, bytes };
      let room = MOST_BYTES;
      const kept = [state, ...before].filter(({ sizeBytes }, nth) => {
        room -= sizeBytes;
        return nth === 0 || (nth < MOST_VERSIONS && room >= 0);
      });
      await writeKey(keyOf(name), kept);
    } catch (error) {
      onFailure({ name, reason: sentenceOf(error) });
    }
  }

  const calls: Pick<Host, 'versions' | 'readVersion'> = {
    async versions({ grant }) {
      const states = await statesOf(documents.at(grant).name);
      return states.map(({ version, time, sizeBytes }) => ({ version, time, sizeBytes }));
    },
    async readVersion({ grant, version }) {
      const found = (await statesOf(documents.at(grant).name)).find((state) => state.version === version);
      if (!found) throw new Error('There is no such version.');
      return found.bytes;
    },
  };
  return { keep, calls };
}

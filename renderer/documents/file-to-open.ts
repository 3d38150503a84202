import { messages } from '../../shared/base/problem.ts';
import { gives, type Readable } from '../../shared/formats/models.ts';
import type { ByteSource } from '../../shared/formats/weights/source.ts';
import { bytesSource, refuseAt } from '../../shared/formats/weights/source.ts';
import { type HeldFile, MAX_PIECE_BYTES, type OpenedFile } from '../../shared/host/contract.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import type { WeightsFile } from '../state/document-state.ts';
import { saidBy } from '../state/faults.ts';

export const say = messages('renderer/documents/file-to-open', {
  'file-unreadable': ['{{name}} could not be read: {{reason}}', 'Open it again.'],
});

/** A file that is about to be opened, wherever it comes from; it is read as far as what opens it wants. */
export interface FileToOpen {
  readonly name: string;
  /** The right to write it; empty for none. */
  readonly grant: string;
  readonly source: ByteSource;
  /** What the host knows it by where it is read in pieces; empty where it is not. */
  readonly ticket: string;
  /** A file that it names, relative to its own folder; undefined where that is not at hand. */
  beside(location: string): Promise<ByteSource | undefined>;
}

/** A file that the host gave. */
export function fromHost(app: App, { name, grant, bytes, held }: OpenedFile): FileToOpen {
  if (!held) return { name, grant, ticket: '', source: bytesSource(bytes), beside: async () => undefined };
  return {
    name,
    grant,
    ticket: held.ticket,
    source: heldSource(app, name, held),
    async beside(location) {
      const found = await app.host.openBeside({ ticket: held.ticket, location });
      return found ? heldSource(app, location, found) : undefined;
    },
  };
}

/** How the weights of a file are found again when the program has ended meanwhile. */
export const weightsFileOf = ({ name, ticket }: FileToOpen): WeightsFile | undefined =>
  ticket === '' ? undefined : { name, ticket };

/** Files that were dropped together: the first of them that is no mere companion is the one to open. */
export function fromDrop(files: readonly File[]): FileToOpen | undefined {
  const giving = (what: Readable) => files.find(({ name }) => gives(name, what));
  const file = giving('network') ?? giving('program') ?? giving('weights') ?? files[0];
  if (!file) return undefined;
  return {
    name: file.name,
    grant: '',
    ticket: '',
    source: blobSource(file.name, file),
    async beside(location) {
      // What is dropped has no folder: names alone can agree.
      const found = files.find((other) => other !== file && other.name === lastPart(location));
      return found && blobSource(found.name, found);
    },
  };
}

const lastPart = (location: string): string => location.split(/[/\\]/).at(-1) ?? location;

function heldSource(app: App, name: string, { ticket, sizeBytes }: HeldFile): ByteSource {
  return piecewise(name, sizeBytes, (offset, lengthBytes) =>
    app.host.readPiece({ ticket, offset, lengthBytes }),
  );
}

function blobSource(name: string, blob: Blob): ByteSource {
  return piecewise(
    name,
    blob.size,
    async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  );
}

/** Reads in pieces that are not too large for one message, into bytes of their own. */
function piecewise(
  name: string,
  sizeBytes: number,
  readPiece: (offset: number, length: number) => Promise<Uint8Array>,
): ByteSource {
  return {
    size: sizeBytes,
    async read(offset, length) {
      try {
        if (offset + length > sizeBytes) throw new Error(t('It ends at byte {{sizeBytes}}.', { sizeBytes }));
        if (length <= MAX_PIECE_BYTES) return await readPiece(offset, length);
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; done += MAX_PIECE_BYTES) {
          bytes.set(await readPiece(offset + done, Math.min(MAX_PIECE_BYTES, length - done)), done);
        }
        return bytes;
      } catch (error) {
        throw refuseAt(offset, say('file-unreadable', { name, reason: saidBy(error) }));
      }
    },
  };
}

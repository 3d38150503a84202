import {
  type FileKind,
  fileFilters,
  isDocument,
  isHeld,
  isOwnForm,
  mostBytesOf,
  type OpenedFile,
} from '../../shared/host/contract.ts';
import type { BrowserDocuments } from './browser-documents.ts';
import { cancellable, type FileHandle, pickByInput } from './browser-files.ts';
import type { BrowserHeld } from './browser-held.ts';
import { remember } from './browser-recent.ts';
import type { createBrowserVersions } from './browser-versions.ts';

const accepts = (
  kind: FileKind,
): { readonly description: string; readonly accept: Record<string, string[]> } => ({
  description: fileFilters[kind].name,
  accept: { [kind === 'image' ? 'image/*' : 'application/octet-stream']: dotted(kind) },
});
const dotted = (kind: FileKind): string[] => [
  ...fileFilters[kind].endings.map((ending) => `.${ending}`),
  // A page sees no folder: the files beside a model are picked with it.
  ...(kind === 'design' ? ['.data'] : []),
];
/** Where names say nothing, all files are offered. */
const isOpen = (kind: FileKind): boolean => fileFilters[kind].endings.includes('*');

/** Which of the files picked together is the one to open. */
function mainOf(files: readonly { readonly name: string }[]): number {
  return Math.max(
    0,
    files.findIndex(({ name }) => isDocument(name)),
  );
}

interface Options {
  readonly documents: BrowserDocuments;
  readonly held: BrowserHeld;
  readonly versions: ReturnType<typeof createBrowserVersions>;
}

interface Opening {
  /** What the app is told of a file that was picked; a large one is held and read piece by piece. */
  opened(kind: FileKind, file: File, handle?: FileHandle, companions?: readonly File[]): Promise<OpenedFile>;
  /** Asks for a file; null where none was picked. */
  pick(kind: FileKind): Promise<OpenedFile | null>;
}

/** How a page opens files: through handles where the browser has them, else through an input. */
export function createOpening({ documents, held, versions }: Options): Opening {
  async function opened(
    kind: FileKind,
    file: File,
    handle?: FileHandle,
    companions: readonly File[] = [],
  ): Promise<OpenedFile> {
    if (isHeld(kind, file.name)) {
      return {
        grant: '',
        name: file.name,
        bytes: new Uint8Array(),
        held: held.hold(file, companions, handle),
      };
    }
    const most = mostBytesOf(kind);
    if (file.size > most)
      throw new Error(`${file.name} has ${file.size} bytes; at most ${most} can be read.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const grant = isOwnForm(file.name) ? await documents.grant(file.name, handle, bytes) : '';
    if (grant !== '') void versions.keep(file.name, bytes);
    return { grant, name: file.name, bytes, held: null };
  }

  async function pick(kind: FileKind): Promise<OpenedFile | null> {
    const multiple = kind === 'design';
    if (!window.showOpenFilePicker) {
      const files = await pickByInput(isOpen(kind) ? '' : dotted(kind).join(','), multiple);
      const at = mainOf(files);
      return files[at] ? opened(kind, files[at], undefined, files) : null;
    }
    const types = isOpen(kind) ? {} : { types: [accepts(kind)] };
    const picked = (await cancellable(window.showOpenFilePicker({ ...types, multiple }))) ?? [];
    const at = mainOf(picked);
    const handle = picked[at];
    if (!handle) return null;
    const others = picked.filter((each) => each !== handle);
    if (kind === 'design') await remember(handle, others);
    const files = await Promise.all(picked.map((each) => each.getFile()));
    return opened(kind, files[at]!, handle, files);
  }

  return { opened, pick };
}

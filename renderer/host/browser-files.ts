import { sentenceOf } from './sentence.ts';

/** The part of the File System Access API that the browser host uses; Chromium has it, others do not. */
export interface FileHandle {
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<{
    write(data: BufferSource): Promise<void>;
    close(): Promise<void>;
    /** Lets go of what was written: the file stays as it was. */
    abort(): Promise<void>;
  }>;
  queryPermission?(options: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
}

interface PickerOptions {
  readonly multiple?: boolean;
  readonly types?: readonly {
    readonly description: string;
    readonly accept: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly suggestedName?: string;
}

declare global {
  interface Window {
    showOpenFilePicker?(options?: PickerOptions): Promise<readonly FileHandle[]>;
    showSaveFilePicker?(options?: PickerOptions): Promise<FileHandle>;
  }
}

/** A picker of the browser; null when the user cancels. */
export async function cancellable<T>(picked: Promise<T>): Promise<T | null> {
  try {
    return await picked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    // A picker makes the file that is to be written: the disk may be full, or the folder not to be written to.
    throw new Error(sentenceOf(error));
  }
}

/** For browsers without pickers: a hidden file input. */
export function pickByInput(accept: string, multiple: boolean): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.multiple = multiple;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** For browsers without pickers: a download. */
export function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

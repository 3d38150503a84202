import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { codeOf, reasonOf } from '../shared/disk/reasons.ts';
import { contentOf } from '../shared/disk/stamp.ts';
import { WriteRefusal, writeWhole } from '../shared/disk/write.ts';
import { CommandFailure } from './failure.ts';
import { t, tell } from './i18n/language.ts';
import { interruptible } from './interrupt.ts';

const PIECE_BYTES = 1 << 20;
/** What files held when this command read them: what it writes back replaces that, and nothing newer. */
const held = new Map<string, string>();

/** Reads a whole file, or standard input for `-`; refuses more than `maxBytes` before reading it. */
export async function readBytes(file: string, maxBytes: number): Promise<Uint8Array> {
  if (file === '-') return readStdin(maxBytes);
  try {
    return await interruptible(() => readWhole(file, maxBytes));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const hint =
      codeOf(error) === 'EISDIR'
        ? tell` Name the files in it, such as "${file.replace(/[/\\]+$/, '')}/**/*.json".`
        : '';
    throw new CommandFailure(tell`${file}: cannot be read: ${t(reasonOf(error))}.${hint}`);
  }
}

async function readWhole(file: string, maxBytes: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw tooLarge(file, maxBytes);
    return await readPieces(handle, file, size, maxBytes);
  } finally {
    await handle.close();
  }
}

/** Devices and pipes have no size, and files may grow: what is too large shows while it is read. */
async function readPieces(
  handle: FileHandle,
  file: string,
  size: number,
  maxBytes: number,
): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for (let total = 0; ; ) {
    // With one byte more, so that the end shows.
    const wanted = size > 0 && size >= total ? Math.min(PIECE_BYTES, size - total + 1) : PIECE_BYTES;
    const piece = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await handle.read(piece, 0, wanted, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(file, maxBytes);
    pieces.push(piece.subarray(0, bytesRead));
  }
}

async function readStdin(maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    total += (chunk as Buffer).length;
    if (total > maxBytes) throw tooLarge(t('standard input'), maxBytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string, maxBytes: number): CommandFailure {
  return new CommandFailure(
    tell`${file}: has more than the ${maxBytes / 1024 / 1024} MiB that such a file may have.`,
  );
}

export async function readText(file: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(file, maxBytes);
  if (file !== '-') held.set(resolve(file), contentOf(bytes));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandFailure(tell`${file}: is not UTF-8 text.`);
  }
}

/** Writes a file whole or not at all; not over what another program wrote since this command read it. */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const path = resolve(file);
  try {
    const options = { expected: () => held.get(path), intoSpecial: true };
    const { content: now } = await interruptible(() => writeWhole(path, content, options));
    if (held.has(path)) held.set(path, now);
  } catch (error) {
    throw new CommandFailure(tell`${file}: cannot be written: ${t(reasonOf(error))}.${hintOf(error)}`);
  }
}

function hintOf(error: unknown): string {
  if (!(error instanceof WriteRefusal)) return '';
  if (error.kind === 'changed') return tell` Nothing was written; run the command again.`;
  return error.kind === 'read-only' ? tell` Make it writable first, or name another file.` : '';
}

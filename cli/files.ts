import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandFailure, systemReason } from './failure.ts';

/** Reads a whole file, or standard input for `-`; refuses more than `maxBytes` before reading it. */
export async function readBytes(file: string, maxBytes: number): Promise<Uint8Array> {
  if (file === '-') return readStdin(maxBytes);
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw tooLarge(file, maxBytes);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`${file}: cannot be read: ${systemReason(error)}.`);
  }
}

async function readStdin(maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    total += (chunk as Buffer).length;
    if (total > maxBytes) throw tooLarge('standard input', maxBytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string, maxBytes: number): CommandFailure {
  return new CommandFailure(
    `${file}: has more than the ${maxBytes / 1024 / 1024} MiB that such a file may have.`,
  );
}

export async function readText(file: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(file, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandFailure(`${file}: is not UTF-8 text.`);
  }
}

/**
 * Writes a file so that a crash leaves the old one or the new one, never half of it. Links are followed to what they
 * point at, and the file's mode is kept.
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  try {
    const target = await realpath(file).catch(() => file);
    const mode = await stat(target).then(
      (found) => found.mode,
      () => 0o666,
    );
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      const handle = await open(temporary, 'w', mode);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new CommandFailure(`${file}: cannot be written: ${systemReason(error)}.`);
  }
}

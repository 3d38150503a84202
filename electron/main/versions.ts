import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Turns } from '../../shared/disk/queue.ts';
import { sentenceOf } from '../../shared/disk/reasons.ts';
import { contentOf } from '../../shared/disk/stamp.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import { MOST_VERSIONS, type Version } from '../../shared/host/contract.ts';

/** All states of one file together take at most so much; the newest is kept whatever its size. */
const MOST_BYTES = 64 << 20;
const PATTERN = /^(\d{13})-[0-9a-f]{12}\.json$/;

/** What a file held whenever it was saved: the last few states of each, beside the app's own data. */
export class Versions {
  readonly #folder: string;
  readonly #turns = new Turns();

  constructor(folder: string) {
    this.#folder = folder;
  }

  #of(path: string): string {
    return join(this.#folder, contentOf(path).slice(0, 32));
  }

  /** Keeps a state, beside the save, which it must not fail: says why it could not be kept. */
  keep(path: string, bytes: Uint8Array): Promise<string | undefined> {
    return this.#turns.take(path, () => this.#keep(path, bytes));
  }

  async #keep(path: string, bytes: Uint8Array): Promise<string | undefined> {
    try {
      const folder = this.#of(path);
      const [newest] = await this.#list(path);
      const content = contentOf(bytes).slice(0, 12);
      if (newest?.version.includes(content)) return undefined;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const time = Math.max(Date.now(), (newest?.time ?? 0) + 1);
      await writeWhole(join(folder, `${time}-${content}.json`), bytes, { own: true });
      await this.#prune(path);
      return undefined;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  /** Newest first, with those that are being kept while it is asked. */
  list(path: string): Promise<readonly Version[]> {
    return this.#turns.take(path, () => this.#list(path));
  }

  async #list(path: string): Promise<readonly Version[]> {
    const folder = this.#of(path);
    const names = await readdir(folder).catch(() => []);
    const found: Version[] = [];
    for (const version of names) {
      const [, time] = PATTERN.exec(version) ?? [];
      if (time === undefined) continue;
      found.push({ version, time: Number(time), sizeBytes: (await stat(join(folder, version))).size });
    }
    return found.sort((a, b) => b.time - a.time);
  }

  async read(path: string, version: string): Promise<Uint8Array> {
    if (!PATTERN.test(version)) throw new Error('There is no such version.');
    return new Uint8Array(await readFile(join(this.#of(path), version)));
  }

  async #prune(path: string): Promise<void> {
    let room = MOST_BYTES;
    for (const [nth, { version, sizeBytes }] of (await this.#list(path)).entries()) {
      room -= sizeBytes;
      if (nth > 0 && (nth >= MOST_VERSIONS || room < 0))
        await rm(join(this.#of(path), version), { force: true });
    }
  }
}

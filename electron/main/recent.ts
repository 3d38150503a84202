import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { app } from 'electron';
import { writeWhole } from '../../shared/disk/write.ts';
import type { RecentFile } from '../../shared/host/contract.ts';

const MOST = 12;

/** Files that were opened or saved, newest first; the page knows them by an id, never by their path. */
export class RecentFiles {
  readonly #store = join(app.getPath('userData'), 'recent.json');
  #paths: readonly string[] = this.#read();

  #read(): readonly string[] {
    try {
      const json: unknown = JSON.parse(readFileSync(this.#store, 'utf8'));
      return Array.isArray(json) ? json.filter((path) => typeof path === 'string').slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  async add(path: string): Promise<void> {
    this.#paths = [path, ...this.#paths.filter((other) => other !== path)].slice(0, MOST);
    app.addRecentDocument(path);
    await this.#write();
  }

  list(): readonly RecentFile[] {
    return this.#paths
      .filter((path) => existsSync(path))
      .map((path) => ({ id: idOf(path), name: basename(path), folder: dirname(path) }));
  }

  pathOf(id: string): string | undefined {
    return this.#paths.find((path) => idOf(path) === id);
  }

  async clear(): Promise<void> {
    this.#paths = [];
    app.clearRecentDocuments();
    await this.#write();
  }

  /** A convenience: that it cannot be kept must not fail what it is kept for. */
  async #write(): Promise<void> {
    await writeWhole(this.#store, JSON.stringify(this.#paths), { own: true }).catch(() => undefined);
  }
}

function idOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24);
}

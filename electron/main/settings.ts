import { existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Turns } from '../../shared/disk/queue.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import { noSettings, type SomeSettings, settingsIn } from '../../shared/host/settings.ts';

type Json = Readonly<Record<string, unknown>>;

function objectIn(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** The settings, in a file that may be edited while the program runs; what is not understood there is left as it is. */
export class Settings {
  readonly file: string;
  readonly #turns = new Turns();
  #watcher: FSWatcher | undefined;
  /** What whoever listens knows of. */
  #told = '';
  #writing = 0;

  constructor(file: string) {
    this.file = file;
  }

  #json(): Json {
    try {
      return objectIn(readFileSync(this.file, 'utf8')) ?? {};
    } catch {
      return {};
    }
  }

  /** What stands there, to be written back. What is no JSON may be half of what somebody is writing: it is left as it is. */
  #standing(): Json {
    const text = existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
    if (text.trim() === '') return {};
    const json = objectIn(text);
    if (!json) throw new TypeError(noSettings);
    return { ...json };
  }

  read(): SomeSettings {
    return settingsIn(this.#json());
  }

  /** Where updates come from, where the user says so: only by TLS. */
  updateFeed(): string | undefined {
    const { updateFeed } = this.#json();
    return typeof updateFeed === 'string' && /^https:\/\/[^\s]+$/.test(updateFeed) ? updateFeed : undefined;
  }

  /** Keeps what was chosen, beside all else that stands there; one change after another. */
  async change(some: SomeSettings): Promise<void> {
    this.#writing++;
    try {
      await this.#change(some);
    } finally {
      this.#writing--;
    }
  }

  #change(some: SomeSettings): Promise<void> {
    return this.#turns.take(this.file, async () => {
      const before = this.#standing();
      const given = Object.entries(some).filter(
        ([name, value]) => value !== undefined && before[name] !== value,
      );
      if (given.length === 0) return;
      const after = { ...before, ...Object.fromEntries(given) };
      this.#told = JSON.stringify(settingsIn(after));
      await writeWhole(this.file, `${JSON.stringify(after, null, 2)}\n`);
    });
  }

  /** Tells when somebody else made the file hold something else. */
  watch(onChange: (settings: SomeSettings) => void): void {
    this.#told = JSON.stringify(this.read());
    try {
      this.#watcher = watch(dirname(this.file), (_, name) => {
        if (name !== null && name !== basename(this.file)) return;
        // What is there between two changes of ours is nothing to be told.
        if (this.#writing > 0) return;
        const now = this.read();
        if (JSON.stringify(now) === this.#told) return;
        this.#told = JSON.stringify(now);
        onChange(now);
      });
      this.#watcher.on('error', () => this.close());
    } catch {
      // Where nothing can be watched they are read at the next start.
    }
  }

  close(): void {
    this.#watcher?.close();
  }
}

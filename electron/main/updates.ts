import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Update } from '../../shared/host/contract.ts';

/** Of electron-updater what is used. It holds what it fetched against the SHA-512 of its feed, and the signature where one is due. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  setFeedURL(feed: { readonly provider: 'generic'; readonly url: string }): void;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: { readonly version: string; readonly releaseNotes?: unknown };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
}

interface Options {
  readonly packaged: boolean;
  /** The feed that the user set, and the one that the package was made with, as a file beside it. */
  readonly feed: () => string | undefined;
  readonly resources: string;
  readonly load: () => Promise<Updater>;
  /** Between 0 and 1 while an update is fetched; undefined when that has ended. */
  readonly onProgress: (share: number | undefined) => void;
}

const MOST_NOTES = 8192;

/** Notes come as one text, or as one for each version since; markup is taken out, since they are shown as text. */
function notesOf(notes: unknown): string {
  const all = Array.isArray(notes)
    ? notes.map(({ version, note }: { readonly version?: string; readonly note?: string | null }) =>
        [version, note].filter(Boolean).join('\n'),
      )
    : [typeof notes === 'string' ? notes : ''];
  return all
    .join('\n\n')
    .replace(/<[^>]*>/g, '')
    .trim()
    .slice(0, MOST_NOTES);
}

/** Updates: looked for, fetched and installed each only when it is asked for, and not at all where there is no feed. */
export class Updates {
  readonly #options: Options;
  #updater: Promise<Updater> | undefined;
  #found = false;
  #fetched = false;

  constructor(options: Options) {
    this.#options = options;
  }

  #isOn(): boolean {
    const { packaged, feed, resources } = this.#options;
    return packaged && (feed() !== undefined || existsSync(join(resources, 'app-update.yml')));
  }

  async #load(): Promise<Updater> {
    this.#updater ??= this.#options.load().then((updater) => {
      updater.autoDownload = false;
      updater.autoInstallOnAppQuit = false;
      updater.on('download-progress', ({ percent }) => this.#options.onProgress(percent / 100));
      return updater;
    });
    const updater = await this.#updater;
    const url = this.#options.feed();
    if (url !== undefined) updater.setFeedURL({ provider: 'generic', url });
    return updater;
  }

  async look(): Promise<Update> {
    const nothing = { version: '', notes: '' };
    if (!this.#isOn()) return { state: 'off', ...nothing };
    const found = await (await this.#load()).checkForUpdates();
    this.#found = found?.isUpdateAvailable ?? false;
    if (!found || !this.#found) return { state: 'none', ...nothing };
    const { version, releaseNotes } = found.updateInfo;
    return { state: 'found', version, notes: notesOf(releaseNotes) };
  }

  async fetch(): Promise<void> {
    if (!this.#found) throw new Error('There is no update to fetch.');
    try {
      await (await this.#load()).downloadUpdate();
      this.#fetched = true;
    } finally {
      this.#options.onProgress(undefined);
    }
  }

  /** Ends the program as the user would: windows with unsaved work ask first. */
  async install(): Promise<void> {
    if (!this.#fetched) throw new Error('There is no update to install.');
    (await this.#load()).quitAndInstall();
  }
}

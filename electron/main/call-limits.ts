import type { CallName } from '../../shared/host/contract.ts';

/** No hand and no model that is read calls more often than this for long. */
const CALLS_PER_SECOND = 2000;
const BURST = 10_000;
/** What has been asked for and is not answered yet. */
const MOST_UNDER_WAY = 1024;
/** Each shows a dialog: one is enough. */
const dialogs: readonly CallName[] = ['openFile', 'saveFileAs', 'lookAtProgram'];

/** How often one window may call its host: what a page does that has gone astray must not stop the others. */
export class CallLimits {
  readonly #now: () => number;
  #left = BURST;
  #at: number;
  #underWay = 0;
  #dialog = false;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  /** Does what a call asks for, or rejects where it is one too many. */
  async run<T>(name: CallName, work: () => Promise<T> | T): Promise<T> {
    const now = this.#now();
    // A clock that was set back must not take what it never gave.
    const passed = Math.max(0, now - this.#at);
    this.#left = Math.min(BURST, this.#left + (passed / 1000) * CALLS_PER_SECOND);
    this.#at = now;
    if (this.#left < 1 || this.#underWay >= MOST_UNDER_WAY) throw new Error('Too many calls at once.');
    const asks = dialogs.includes(name);
    if (asks && this.#dialog) throw new Error('A dialog is open already.');
    this.#left--;
    this.#underWay++;
    this.#dialog ||= asks;
    try {
      return await work();
    } finally {
      this.#underWay--;
      if (asks) this.#dialog = false;
    }
  }
}

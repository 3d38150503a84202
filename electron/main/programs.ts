import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import {
  modulesIn,
  pythonWithTorch,
  TorchFailure,
  type TorchProgram,
  type Traced,
  traceModule,
} from '../../shared/disk/torch.ts';
import type { ProgramDesign, ProgramFailure, ProgramModules } from '../../shared/host/contract.ts';
import type { Language } from '../../shared/languages/names.ts';
import type { HeldFiles } from './held-files.ts';
import { words } from './words.ts';

interface Around {
  readonly language: () => Language;
  readonly onSaved: (ticket: string) => void;
}

interface Program {
  readonly path: string;
  readonly python: string;
  readonly watcher: FSWatcher | undefined;
  /** What runs of it. */
  running: AbortController | undefined;
}

const SETTLE_MS = 150;
/** The longest that a call hands over. */
const MOST_LINES = 200;
const MOST_LETTERS = 4096;
/** What was written of a program before stays for as long: a design taken back has its weights there. */
const MOST_KEPT = 3;

/**
 * The user's own programs, run by their own Python where they said so. A page names none: it has a ticket for a file that
 * the user picked, and the yes is given to the host, in a dialog that no page can answer.
 */
export class Programs {
  readonly #window: BrowserWindow;
  readonly #held: HeldFiles;
  readonly #around: Around;
  readonly #programs = new Map<string, Program>();
  readonly #written: Traced[] = [];

  constructor(window: BrowserWindow, held: HeldFiles, around: Around) {
    this.#window = window;
    this.#held = held;
    this.#around = around;
  }

  async look(ticket: string): Promise<ProgramModules> {
    const none = { modules: [], main: null, inputs: null };
    try {
      const program = await this.#allowed(ticket);
      if (!program) return { ...none, failure: { code: 'declined', lines: [] } };
      const found = await this.#run(program, '', (each) => modulesIn(each));
      return { ...found, modules: found.modules.slice(0, MOST_LINES), failure: null };
    } catch (error) {
      return { ...none, failure: failureOf(error) };
    }
  }

  async trace(
    ticket: string,
    module: string,
    inputs: readonly (readonly number[])[],
  ): Promise<ProgramDesign> {
    const program = this.#programs.get(ticket);
    if (!program || !/^\w[\w.]*$/u.test(module)) throw new Error('This window may not run that program.');
    try {
      const traced = await this.#run(program, `:${module}`, (each) => traceModule(each, inputs, true));
      this.#written.push(traced);
      for (const old of this.#written.splice(0, this.#written.length - MOST_KEPT)) await old.close();
      const bytes = new Uint8Array(await readFile(traced.design));
      const weights = await this.#held.hold(traced.weights);
      return { failure: null, bytes, remarks: cut(traced.remarks), weights };
    } catch (error) {
      return { failure: failureOf(error), bytes: new Uint8Array(), remarks: [], weights: null };
    }
  }

  stop(ticket: string): void {
    const program = this.#programs.get(ticket);
    program?.running?.abort();
    program?.watcher?.close();
    this.#programs.delete(ticket);
  }

  close(): void {
    for (const ticket of [...this.#programs.keys()]) this.stop(ticket);
    for (const each of this.#written.splice(0)) void each.close();
  }

  /** The program, where the user says that it may be run, or said so before; undefined where not. */
  async #allowed(ticket: string): Promise<Program | undefined> {
    const known = this.#programs.get(ticket);
    if (known) return known;
    const path = this.#held.pathOf(ticket);
    const python = await pythonWithTorch();
    if (!(await this.#mayRun(path, python))) return undefined;
    const program = { path, python, watcher: this.#watch(ticket, dirname(path)), running: undefined };
    this.#programs.set(ticket, program);
    return program;
  }

  async #mayRun(path: string, python: string): Promise<boolean> {
    const { mayRun, whyRun, run, cancel } = words[this.#around.language()];
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'question',
      message: mayRun(basename(path)),
      detail: whyRun(path, python),
      buttons: [run, cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  }

  /** One run at a time: what is asked for anew takes the place of what still runs. */
  async #run<T>(program: Program, name: string, work: (what: TorchProgram) => Promise<T>): Promise<T> {
    program.running?.abort();
    const controller = new AbortController();
    program.running = controller;
    try {
      return await work({
        target: `${program.path}${name}`,
        // Inside of an archive, where Python could not read it.
        tracer: await readFile(join(__dirname, 'python/netwright_torch.py'), 'utf8'),
        python: program.python,
        folder: dirname(program.path),
        prints: 'ignore',
        signal: controller.signal,
      });
    } finally {
      if (program.running === controller) program.running = undefined;
    }
  }

  /** The folder is watched, since editors rename what they wrote over the file, and since a program has files beside it. */
  #watch(ticket: string, folder: string): FSWatcher | undefined {
    let timer: NodeJS.Timeout | undefined;
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || !name.endsWith('.py')) return;
        clearTimeout(timer);
        timer = setTimeout(() => this.#programs.has(ticket) && this.#around.onSaved(ticket), SETTLE_MS);
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }
}

const cut = (lines: readonly string[]): readonly string[] =>
  lines.slice(0, MOST_LINES).map((line) => line.slice(0, MOST_LETTERS));

function failureOf(error: unknown): ProgramFailure {
  if (error instanceof TorchFailure) return { ...error.problem, lines: cut(error.problem.lines) };
  if (error instanceof Error && error.name === 'AbortError') return { code: 'declined', lines: [] };
  throw error;
}

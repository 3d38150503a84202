import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import {
  compareVectors,
  readTrialReport,
  type TrialReport,
  type WideVectors,
} from '../runtime/cpu/wide-vectors.ts';
import { writeWhole } from './write.ts';

/** Trials of each kind. */
const ROUNDS = 2;

/** What of a V8 and a machine the gain depends on. */
function surroundings(version: string): string {
  return [process.versions.v8, cpus()[0]?.model.trim() ?? '', version].join(' | ');
}

/**
 * What wide vectors gain here, measured in processes of their own, one without them and one with, and remembered in a file
 * for this machine, this V8 and this version of the program.
 */
export class WideVectorsHere {
  readonly #file: string;
  readonly #version: string;
  readonly #run: (isWide: boolean) => Promise<string>;
  #measuring: Promise<WideVectors | undefined> | undefined;

  /** `run` starts node-trial.mjs and resolves with what it prints. */
  constructor(file: string, version: string, run: (isWide: boolean) => Promise<string>) {
    this.#file = file;
    this.#version = version;
    this.#run = run;
  }

  /** Undefined where nothing was measured yet, or for another V8. */
  known(): WideVectors | undefined {
    if (!existsSync(this.#file)) return undefined;
    try {
      const json = JSON.parse(readFileSync(this.#file, 'utf8')) as Readonly<Record<string, unknown>>;
      const { where, gain, agrees } = json;
      if (where !== surroundings(this.#version)) return undefined;
      if (typeof gain !== 'number' || !(gain > 0) || typeof agrees !== 'boolean') return undefined;
      return { gain, agrees };
    } catch {
      return undefined;
    }
  }

  /** Known, or measured now; undefined where a trial did not end well. */
  find(): Promise<WideVectors | undefined> {
    const known = this.known();
    if (known) return Promise.resolve(known);
    this.#measuring ??= this.#measure().finally(() => (this.#measuring = undefined));
    return this.#measuring;
  }

  async #measure(): Promise<WideVectors | undefined> {
    const reports: Record<'usual' | 'wide', TrialReport[]> = { usual: [], wide: [] };
    // In turns, since what else runs on the machine comes and goes.
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ['usual', 'wide'] as const) {
        const report = readTrialReport(await this.#run(kind === 'wide'));
        if (!report) return undefined;
        reports[kind].push(report);
      }
    }
    const found = compareVectors(reports.usual, reports.wide);
    await mkdir(dirname(this.#file), { recursive: true });
    const note = { where: surroundings(this.#version), ...found };
    await writeWhole(this.#file, `${JSON.stringify(note, null, 1)}\n`);
    return found;
  }
}

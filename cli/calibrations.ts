import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import about from '../package.json' with { type: 'json' };
import type { DesignTimer } from '../shared/analysis/timer.ts';
import { threadsFor } from '../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../shared/runtime/cpu/executable.ts';
import { type CpuHost, type Variant, variants } from '../shared/runtime/cpu/host.ts';
import type { Target } from '../shared/runtime/plan/target.ts';
import {
  type Calibration,
  type MeasuredMachine,
  machineKey,
  readCalibration,
  wasHeldUp,
  writeCalibration,
} from '../shared/runtime/time/calibration.ts';
import type { Prediction } from '../shared/runtime/time/predict.ts';
import { createTimer } from '../shared/runtime/time/timer.ts';
import { nodeHost } from './backends.ts';
import { CommandFailure } from './failure.ts';
import { readText, writeAtomically } from './files.ts';
import { tell } from './i18n/language.ts';

/** What a calibration is of, and what plans are made for there. */
export interface ThisMachine {
  readonly machine: MeasuredMachine;
  readonly target: Target;
}

export async function thisMachine(
  host: CpuHost,
  threads: number | undefined,
  kernels?: Variant,
): Promise<ThisMachine> {
  const { module } = await chooseVariant(host, kernels);
  const target = { threads: threadsFor(host, threads), ...(await tileOf(host, module)) };
  return { target, machine: machineWith(target.threads, module.variant) };
}

function machineWith(threads: number, kernels: string): MeasuredMachine {
  const processor = cpus()[0]?.model.trim() || 'unknown processor';
  return { processor, threads, kernels, version: about.version };
}

/** The same by what was measured here, so that kernels need not be raced again; raced where that is not one of them. */
export function machineAsMeasured(host: CpuHost, threads: number | undefined): Promise<ThisMachine> {
  const count = threadsFor(host, threads);
  const measured = variants.filter((each) => existsSync(calibrationFile(machineWith(count, each))));
  return thisMachine(host, threads, measured.length === 1 ? measured[0] : undefined);
}

/** A small file: what is larger is none of ours. */
const MAX_BYTES = 256 * 1024;

/** The folder for what can be made anew, as each system has it. */
export function cacheFolder(platform = process.platform, env = process.env): string {
  if (env.NETWRIGHT_CACHE) return env.NETWRIGHT_CACHE;
  switch (platform) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'netwright');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'netwright');
    default:
      return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'netwright');
  }
}

export function calibrationFile(machine: MeasuredMachine): string {
  return join(cacheFolder(), `time-${machineKey(machine)}.json`);
}

/** What was measured here, with as many threads and this version; undefined where nothing was, or it is damaged. */
export async function knownCalibration(machine: MeasuredMachine): Promise<Calibration | undefined> {
  const file = calibrationFile(machine);
  if (!existsSync(file)) return undefined;
  try {
    return readCalibration(JSON.parse(await readText(file, MAX_BYTES)), machine);
  } catch {
    return undefined;
  }
}

export async function keepCalibration(calibration: Calibration): Promise<string> {
  const file = calibrationFile(calibration.machine);
  await mkdir(dirname(file), { recursive: true });
  await writeAtomically(file, `${JSON.stringify(writeCalibration(calibration), null, 1)}\n`);
  return file;
}

/** The same for a command that cannot do without. */
export async function calibrationFor(machine: MeasuredMachine): Promise<Calibration> {
  const known = await knownCalibration(machine);
  if (known) return known;
  throw new CommandFailure(
    tell`There are no times for this machine with ${threadsText(machine.threads)} yet. Measure it once: netwright calibrate --threads ${machine.threads}.`,
  );
}

/** Times designs on this machine, for a command that was asked for times. */
export async function timerHere(
  threads: number | undefined,
): Promise<{ readonly timer: DesignTimer; readonly machine: MeasuredMachine }> {
  const { machine, target } = await machineAsMeasured(nodeHost(), threads);
  const { model } = await calibrationFor(machine);
  return { timer: createTimer(target, model), machine };
}

/** The same where the machine was measured, for a command that does without as well; nothing is loaded where it was not. */
export async function timerIfMeasured(
  threads?: number,
): Promise<
  { readonly timer: DesignTimer; readonly machine: MeasuredMachine; readonly date: string } | undefined
> {
  const folder = cacheFolder();
  if (!existsSync(folder) || !readdirSync(folder).some((name) => name.startsWith('time-'))) return undefined;
  const { machine, target } = await machineAsMeasured(nodeHost(), threads);
  const known = await knownCalibration(machine);
  // What others held up says little.
  if (!known || wasHeldUp(known)) return undefined;
  return { timer: createTimer(target, known.model), machine, date: known.date };
}

/** Which machine this is, and when it was measured, if it was. */
export async function measuredHere(threads: number | undefined): Promise<object> {
  const { machine } = await machineAsMeasured(nodeHost(), threads);
  return { machine, date: (await knownCalibration(machine))?.date };
}

/** What a time is of, behind it. */
export function machineText({ processor, threads }: MeasuredMachine): string {
  return `${processor}, ${threadsText(threads)}`;
}

export const threadsText = (threads: number): string =>
  threads === 1 ? tell`1 thread` : tell`${threads} threads`;

/** `17.4 ms predicted (15.1–20.0)`, at least so much where some of it is not known. */
export function estimateText({ total: { milliseconds, low, high }, unknown }: Prediction): string {
  const [time, from, to] = [milliseconds, low, high].map(shortTime) as [string, string, string];
  if (unknown.length === 0) return tell`${time} predicted (nine times in ten ${from} to ${to})`;
  const names = `${unknown.slice(0, 3).join(', ')}${unknown.length > 3 ? ', …' : ''}`;
  return tell`${time} predicted (at least; not known of ${names}; nine times in ten ${from} to ${to})`;
}

/** `12.3 ms`. */
export function shortTime(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : milliseconds < 100 ? 1 : 0)} ms`;
}

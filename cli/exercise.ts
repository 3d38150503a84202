import { unreachable } from '../shared/base/unreachable.ts';
import {
  type Answers,
  cellKey,
  type Exercise,
  figures,
  MAX_CELLS,
  measures,
} from '../shared/exercise/exercise.ts';
import { type CheckVerdict, judge, type Verdict } from '../shared/exercise/judge.ts';
import { readExercise } from '../shared/exercise/read.ts';
import { MAX_SPEC_BYTES } from '../shared/formats/spec/format.ts';
import { CommandFailure, exitCodes, failWith } from './failure.ts';
import { readText } from './files.ts';
import { tell } from './i18n/language.ts';
import { openDesign } from './open-design.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface ExerciseOptions {
  readonly exercise: string;
  readonly answers?: string;
  readonly format: string;
}

/** Judges designs by an exercise, as the app does beside the canvas. */
export async function checkExercise(
  files: readonly string[],
  options: ExerciseOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.format !== 'text' && options.format !== 'json')
    throw new CommandFailure(tell`--exercise is told as text or json, not as ${options.format}.`);
  const read = readExercise(await readText(options.exercise, MAX_SPEC_BYTES));
  if (!read.ok) throw failWith(options.exercise, read.problems);
  const exercise = read.value;
  const answers = options.answers === undefined ? {} : await readAnswers(options.answers);
  const judged: { readonly file: string; readonly verdict: Verdict }[] = [];
  for (const file of files) judged.push({ file, verdict: judge(exercise, await openDesign(file), answers) });
  if (options.format === 'json')
    printJson(
      terminal,
      judged.map(({ file, verdict }) => ({ file, ...verdict })),
    );
  else for (const { file, verdict } of judged) printText(terminal, file, exercise, verdict);
  if (judged.some(({ verdict }) => !verdict.done)) process.exitCode = exitCodes.findings;
}

/** An object from cells to what stands in them: `{ "conv1.macs": "72,855,552" }`. */
async function readAnswers(file: string): Promise<Answers> {
  let json: unknown;
  try {
    json = JSON.parse(await readText(file, MAX_SPEC_BYTES));
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandFailure(tell`${file}: is not JSON: ${error.message}.`);
    throw error;
  }
  const entries = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  if (entries.length > MAX_CELLS)
    throw new CommandFailure(tell`${file}: has more than ${MAX_CELLS} answers.`);
  return Object.fromEntries(entries.map(([cell, text]) => [cell, String(text)]));
}

function printText({ out, colours }: Terminal, file: string, exercise: Exercise, verdict: Verdict): void {
  const line = (met: boolean, text: string): void => {
    out(`${file}: ${met ? colours.green('met') : colours.red('not met')}: ${text}\n`);
  };
  line(verdict.sound, 'the design has no problems');
  if (verdict.keepsShapes !== undefined) line(verdict.keepsShapes, 'input and output keep their shapes');
  for (const check of verdict.checks) line(check.met, checkText(check));
  for (const { cell, given, met } of verdict.cells)
    line(
      met === true,
      `${cellKey(cell)} (${figures[cell.figure].title}): ${given === '' ? 'no answer' : given}`,
    );
  out(
    `${file}: ${exercise.title.en}: ${verdict.done ? colours.green('solved') : colours.red('not solved')}\n`,
  );
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

function checkText({ check, actual, least, most }: CheckVerdict): string {
  const bounds = (['atLeast', 'atMost'] as const).flatMap((side) => {
    const bound = check[side];
    if (!bound) return [];
    const limit = side === 'atLeast' ? least : most;
    const words = side === 'atLeast' ? 'at least' : 'at most';
    const figure = limit === undefined ? 'unknown' : grouped(limit);
    switch (bound.kind) {
      case 'figure':
        return `${words} ${figure}`;
      case 'change':
        return `${words} ${figure} (${bound.percent < 0 ? '' : '+'}${bound.percent} %)`;
      default:
        return unreachable(bound);
    }
  });
  return `${measures[check.measure].title}: ${actual === undefined ? 'unknown' : grouped(actual)}, ${bounds.join(', ')}`;
}

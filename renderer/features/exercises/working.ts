import { createStore } from 'zustand/vanilla';
import type { Answers, Exercise, Told } from '../../../shared/exercise/exercise.ts';
import { judge } from '../../../shared/exercise/judge.ts';
import { readExercise } from '../../../shared/exercise/read.ts';
import { MAX_SPEC_BYTES } from '../../../shared/formats/spec/format.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { fromHost } from '../../documents/file-to-open.ts';
import { openArranged } from '../../documents/files.ts';
import { mayDiscard } from '../../documents/saving.ts';
import type { Language } from '../../i18n/i18n.ts';
import { t } from '../../i18n/i18n.ts';
import { said } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { pickFile } from '../../state/pick-file.ts';
import { defineSlice } from '../../state/slice.ts';
import type { Veiled } from '../../state/veil.ts';
import { answersIn, digestOf, keepAnswers } from './answers.ts';

/** The exercises that ship, by the name of their file. */
const texts = import.meta.glob<string>('../../../assets/exercises/*.exercise.json', {
  query: '?raw',
  import: 'default',
});

/** Their names, in the order in which they are given. */
export const shipped: readonly string[] = Object.keys(texts).sort();

interface Working {
  /** Undefined where no exercise is given. */
  readonly exercise: Exercise | undefined;
  /** What its answers are kept under. */
  readonly key: string;
  /** Which of those that ship; undefined for a teacher's own. */
  readonly number: number | undefined;
  readonly answers: Answers;
  /** How many hints were asked for. */
  readonly hints: number;
}

const none: Working = { exercise: undefined, key: '', number: undefined, answers: {}, hints: 0 };

export const workingOf = defineSlice<Working>(() => createStore<Working>()(() => none));

/** In the language that is shown, where the teacher wrote it in that. */
export const inLanguage = (told: Told, language: Language): string => told[language] ?? told.en;

async function give(app: App, exercise: Exercise, key: string, number: number | undefined): Promise<void> {
  if (!(await mayDiscard(app))) return;
  await openArranged(app, exercise.start);
  const answers = answersIn(app.storage, key);
  workingOf(app).setState({ ...none, exercise, key, number, answers });
  veilUnsolved(app);
}

/** What is still to be worked out is told nowhere else. */
function veilUnsolved(app: App): void {
  const { exercise, answers } = workingOf(app).getState();
  const unsolved = exercise ? judge(exercise, exercise.start, answers).cells.filter(({ met }) => !met) : [];
  const veil = new Map<NodeId, Veiled>();
  for (const { cell } of unsolved)
    veil.set(cell.node, { shape: cell.figure === 'shape' || veil.get(cell.node)?.shape === true });
  const before = app.getState().veil;
  const same =
    veil.size === before.size && [...veil].every(([id, { shape }]) => before.get(id)?.shape === shape);
  if (!same) app.getState().draw(veil);
}

/** Gives one of the exercises that ship. */
export async function giveShipped(app: App, number: number): Promise<void> {
  const name = shipped[number];
  const load = name === undefined ? undefined : texts[name];
  if (load) await giveText(app, await load(), number, name ?? '');
}

/** Gives an exercise from its text; what is wrong with it is told. */
export async function giveText(
  app: App,
  text: string,
  number: number | undefined,
  name: string,
): Promise<void> {
  const read = readExercise(text);
  // A teacher's exercise is known by what is written in it, wherever its file lies.
  if (read.ok) return give(app, read.value, number === undefined ? digestOf(text) : name, number);
  app.getState().notify({
    kind: 'error',
    title: t('{{name}} could not be opened', { name }),
    lines: read.problems.map(
      ({ where, told }) =>
        `${where.line === undefined ? '' : `${where.line}:${where.column ?? 1}  `}${said(told.message)} ${said(told.hint)}`,
    ),
  });
}

/** Gives a teacher's exercise from a file. */
export async function giveFile(app: App): Promise<void> {
  const opened = await pickFile(app, 'design');
  if (!opened) return;
  const { name, source } = fromHost(app, opened);
  const bytes = await source.read(0, Math.min(source.size, MAX_SPEC_BYTES));
  await giveText(app, new TextDecoder().decode(bytes), undefined, name);
}

export function answer(app: App, key: string, text: string): void {
  const { key: exercise, answers: before } = workingOf(app).getState();
  const answers = { ...before, [key]: text };
  workingOf(app).setState({ answers });
  keepAnswers(app.storage, exercise, answers);
  veilUnsolved(app);
}

export const moreHints = (app: App): void => workingOf(app).setState(({ hints }) => ({ hints: hints + 1 }));

export function putAway(app: App): void {
  workingOf(app).setState(none);
  veilUnsolved(app);
}

/** An exercise ends where something else is opened. */
export function watchExercise(app: App): void {
  app.subscribe((state, before) => {
    const another = state.opened !== before.opened || state.screen !== before.screen;
    if (another && workingOf(app).getState().exercise) putAway(app);
  });
}

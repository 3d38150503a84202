import { type Answers, MAX_CELLS } from '../../../shared/exercise/exercise.ts';
import type { Storage } from '../../state/settings.ts';

const KEY = 'exerciseAnswers';
/** The answers to so many exercises are kept: the oldest give way. */
const MOST_EXERCISES = 60;
const MAX_ANSWER_LENGTH = 200;

type Kept = Readonly<Record<string, Answers>>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What was kept may be anything. */
function keptIn(storage: Storage): Kept {
  try {
    const all: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    if (!isRecord(all)) return {};
    return Object.fromEntries(Object.entries(all).map(([key, given]) => [key, textsIn(given)]));
  } catch {
    // No JSON: nothing that was kept here.
    return {};
  }
}

const textsIn = (given: unknown): Answers =>
  Object.fromEntries(
    Object.entries(isRecord(given) ? given : {})
      .flatMap(([cell, text]) => (typeof text === 'string' ? [[cell, text] as const] : []))
      .slice(0, MAX_CELLS),
  );

/** What was answered to an exercise before. */
export const answersIn = (storage: Storage, exercise: string): Answers => keptIn(storage)[exercise] ?? {};

export function keepAnswers(storage: Storage, exercise: string, answers: Answers): void {
  const { [exercise]: _, ...others } = keptIn(storage);
  const short = Object.entries(answers).map(
    ([cell, text]) => [cell, text.slice(0, MAX_ANSWER_LENGTH)] as const,
  );
  const all = [...Object.entries(others), [exercise, Object.fromEntries(short)] as const];
  storage.setItem(KEY, JSON.stringify(Object.fromEntries(all.slice(-MOST_EXERCISES))));
}

/** A short name for a text: FNV-1a, of 32 bits, which is enough to tell a teacher's exercises apart. */
export function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return `${hash.toString(16)}.${text.length}`;
}

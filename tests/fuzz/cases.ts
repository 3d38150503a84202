import { Refusal } from '../../shared/formats/weights/source.ts';
import { Dice } from './mutate.ts';
import type { Reader } from './reader.ts';
import { readers } from './readers.ts';

/** A file may take this long to open or refuse. */
export const MAX_MILLISECONDS = 1000;

export interface Case {
  readonly reader: Reader;
  readonly bytes: Uint8Array;
}

const seedFiles = new Map<Reader, readonly Uint8Array[]>();

function seedsOf(reader: Reader): readonly Uint8Array[] {
  const known = seedFiles.get(reader) ?? [...reader.seeds()].sort((a, b) => a.length - b.length);
  seedFiles.set(reader, known);
  return known;
}

/** Small files more often than large ones: what is damaged in them is met as deep, and many more of them are tried in a day. */
function seedOf(dice: Dice, seeds: readonly Uint8Array[]): Uint8Array {
  const [nth, others] = [dice.below(seeds.length), [dice.below(seeds.length), dice.below(seeds.length)]];
  return seeds[dice.below(6) === 0 ? nth : Math.min(nth, ...others)]!;
}

/** The damaged file of a number, of any format or of one; always the same for the same number, format and seed files. */
export function caseOf(number: number, format?: string): Case {
  const dice = new Dice(number);
  const of = format === undefined ? readers : readers.filter((each) => each.format === format);
  if (of.length === 0)
    throw new RangeError(`No reader takes ${format}: ${readers.map((each) => each.format).join(', ')}.`);
  const reader = dice.one(of);
  const seeds = seedsOf(reader);
  let bytes = seedOf(dice, seeds);
  for (let left = 1 + dice.below(3); left > 0; left--) {
    bytes = dice.one(reader.mutations)(dice, bytes, seedOf(dice, seeds));
  }
  return { reader, bytes };
}

export type Outcome =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Opens a file; anything but a result or a refusal that says where and why is a failure. */
export async function outcomeOf(
  { reader, bytes }: Case,
  mostMilliseconds = MAX_MILLISECONDS,
): Promise<Outcome> {
  // What the process worked, not what passed meanwhile: other work on the machine is not the reader's.
  const before = process.cpuUsage();
  const outcome = await readOf(reader, bytes);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1000;
  if (milliseconds <= mostMilliseconds) return outcome;
  return { kind: 'failed', why: `took ${milliseconds.toFixed(0)} ms` };
}

async function readOf(reader: Reader, bytes: Uint8Array): Promise<Outcome> {
  try {
    const result = await reader.read(bytes);
    if (result.ok) return { kind: 'opened' };
    const vague = result.problems.find(
      ({ code, where, message, hint }) =>
        !/^[a-z0-9-]+$/.test(code) ||
        message === '' ||
        hint === '' ||
        // What is only counted, beyond those that are listed, has no place.
        (Object.keys(where).length === 0 && code !== 'more-problems'),
    );
    if (result.problems.length > 0 && !vague) return { kind: 'refused', code: result.problems[0]!.code };
    return { kind: 'failed', why: `a refusal without a place or a reason: ${JSON.stringify(vague)}` };
  } catch (error) {
    if (error instanceof Refusal && error.problem.where.offset !== undefined) {
      return { kind: 'refused', code: error.problem.code };
    }
    return { kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

import { describe, expect, test } from 'vitest';
import { thoroughness } from '../thorough.ts';
import { caseOf, outcomeOf } from './cases.ts';
import { readers } from './readers.ts';

const CASES = thoroughness > 0 ? 4000 * thoroughness : 2000;
const BATCH = 500;

test('every reader opens what is whole', async () => {
  const none: string[] = [];
  for (const reader of readers) {
    const outcomes = await Promise.all(
      reader
        .seeds()
        .slice(0, 3)
        .map((bytes) => outcomeOf({ reader, bytes })),
    );
    if (!outcomes.some(({ kind }) => kind === 'opened'))
      none.push(`${reader.format}: ${JSON.stringify(outcomes)}`);
  }
  expect(none).toEqual([]);
});

describe('damaged files are opened or refused, never more', () => {
  const opened = new Set<string>();
  const refused = new Map<string, number>();

  test.each(Array.from({ length: CASES / BATCH }, (_, i) => i * BATCH))('cases from %i', async (first) => {
    const failures: string[] = [];
    for (let number = first; number < first + BATCH; number++) {
      const each = caseOf(number);
      let outcome = await outcomeOf(each);
      // A machine under load may be slow once: what is slow twice is slow.
      if (outcome.kind === 'failed' && outcome.why.startsWith('took')) outcome = await outcomeOf(each);
      if (outcome.kind === 'opened') opened.add(each.reader.format);
      if (outcome.kind === 'refused') refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
      if (outcome.kind === 'failed') failures.push(`npm run fuzz -- --case ${number}: ${outcome.why}`);
    }
    expect(failures).toEqual([]);
  });

  test('the damage reaches deep: some files still open, others are refused for many reasons', () => {
    expect([...opened].sort()).toEqual(readers.map(({ format }) => format).sort());
    expect(refused.size).toBeGreaterThan(20);
  });
});

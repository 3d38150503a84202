import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, registerCpu } from './backends.ts';
import notPassed from './not-passed.json' with { type: 'json' };
import { hasReference, referencePath } from './reference-data.ts';
import { type Outcome, runCase } from './run-case.ts';

interface Case {
  readonly id: string;
  readonly op: string;
  readonly tier: 'core' | 'ext';
  readonly inputRank?: number;
}

const cases: readonly Case[] = hasReference
  ? JSON.parse(readFileSync(referencePath('onnx-conformance/manifest.json'), 'utf8')).cases
  : [];
const reasons: Readonly<Record<string, string>> = notPassed;
/** The list has this many entries; it may only shrink. */
const LONGEST_LIST = 37;

/** How many cases of each operator pass. */
function table(outcomes: ReadonlyMap<Case, Outcome>): string {
  const rows = new Map<string, { passed: number; all: number }>();
  for (const [{ op }, outcome] of outcomes) {
    const row = rows.get(op) ?? { passed: 0, all: 0 };
    rows.set(op, { passed: row.passed + Number(outcome.kind === 'passed'), all: row.all + 1 });
  }
  return [...rows].map(([op, { passed, all }]) => `${op.padEnd(24)}${passed}/${all}`).join('\n');
}

describe.skipIf(!hasReference)('ONNX operator conformance', () => {
  beforeAll(registerCpu);

  test.each(backends)(
    'every case passes on %s, or the list says why not',
    async (backend) => {
      const outcomes = new Map<Case, Outcome>();
      const surprises: string[] = [];
      for (const each of cases) {
        const outcome = await runCase(referencePath('onnx-conformance', each.id), backend);
        outcomes.set(each, outcome);
        const listed = Object.hasOwn(reasons, each.id);
        if (listed === (outcome.kind === 'passed')) {
          surprises.push(
            `${each.id}: ${outcome.kind === 'passed' ? 'passes, so take it off the list' : outcome.reason}`,
          );
        }
        // What is not taken is refused in words, never computed wrongly.
        if (outcome.kind === 'wrong') surprises.push(`${each.id}: ${outcome.reason}`);
      }
      console.log(`${backend}\n${table(outcomes)}`);
      expect(surprises).toEqual([]);
    },
    300_000,
  );

  test('every core case of at most four axes passes', () => {
    const core = cases.filter(({ tier, inputRank = 0 }) => tier === 'core' && inputRank <= 4);
    expect(core.length).toBeGreaterThan(100);
    expect(core.filter(({ id }) => Object.hasOwn(reasons, id))).toEqual([]);
  });

  test('the list only shrinks, and names known cases', () => {
    const known = new Set(cases.map(({ id }) => id));
    expect(Object.keys(reasons).filter((id) => !known.has(id))).toEqual([]);
    expect(Object.keys(reasons).length).toBeLessThanOrEqual(LONGEST_LIST);
  });
});

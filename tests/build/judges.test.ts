import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedSkips, judges, skippedBy, skipTable } from '../../build/judges.mjs';

const file = (name: string, ...tests: readonly string[]) => ({
  name: join(process.cwd(), name),
  assertionResults: tests.map((status) => ({ status })),
});

describe('what was not judged', () => {
  const sources: Readonly<Record<string, string>> = {
    'a.test.ts': 'describe.skipIf(!peersInstalled())',
    'b.test.ts': "const torch = pythonWith('torch');",
    'c.test.ts': 'hasReference || peersInstalled()',
    'd.test.ts': 'skip()',
    'tests/layers/contract.test.ts': 'test.runIf(computing)',
  };
  const sourceOf = (path: string) => sources[path.slice(process.cwd().length + 1)]!;
  const testResults = [
    file('a.test.ts', 'skipped', 'passed', 'skipped'),
    file('b.test.ts', 'failed', 'passed'),
    file('c.test.ts', 'pending'),
    file('d.test.ts', 'skipped'),
    file('tests/layers/contract.test.ts', 'skipped', 'skipped', 'skipped'),
  ];
  const named = (word: RegExp) => judges.find(({ name }) => word.test(name))!;
  const [peers, reference, torch] = [named(/onnxruntime/), named(/reference/), named(/PyTorch/)];

  it('is told by what was missing, and what that cost; CI expects what is listed with a reason', () => {
    expect(skippedBy({ testResults }, [peers, reference, torch], sourceOf)).toEqual([
      { reason: expectedSkips['tests/layers/contract.test.ts'], tests: 3, isExpected: true },
      { reason: peers.name, tests: 2, isExpected: false },
      { reason: `${peers.name}, ${reference.name}`, tests: 1, isExpected: true },
      { reason: 'unknown: d.test.ts', tests: 1, isExpected: false },
    ]);
  });

  it('is a table, and none where all was judged', () => {
    expect(skipTable([{ reason: 'black', tests: 12, isExpected: true }])).toBe(
      'Not judged: tests, and what they lacked\n    12  black',
    );
    expect(skipTable(skippedBy({ testResults: [] }, judges, sourceOf))).toBe('');
  });

  it('knows files that there are', () => {
    for (const name of Object.keys(expectedSkips)) expect(existsSync(name), name).toBe(true);
  });
});

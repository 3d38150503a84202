import { describe, expect, it } from 'vitest';
import { secondTries, summarize, summaryLine } from '../../build/summary.mjs';

const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('the summary of a test run', () => {
  it.each([
    ['all well', [file('passed', 'passed', 'passed')], 0, '2 passed, 0 failed'],
    ['one failed', [file('failed', 'passed', 'failed')], 1, '1 passed, 1 failed'],
    ['skipped and to do', [file('passed', 'passed', 'skipped', 'todo')], 0, '1 passed, 0 failed, 2 skipped'],
    ['a file that does not load', [file('passed', 'passed'), file('failed')], 1, '1 passed, 1 failed'],
    ['a hook that failed', [file('failed', 'skipped')], 1, '0 passed, 1 failed, 1 skipped'],
    ['an error that no test caught', [file('passed', 'passed')], 1, '1 passed, 1 failed'],
    ['nothing ran', [], 0, '0 passed, 1 failed'],
    ['everything skipped', [file('passed', 'skipped')], 0, '0 passed, 1 failed, 1 skipped'],
  ] as const)('%s', (_, testResults, status, line) => {
    expect(summaryLine(summarize({ testResults }, status))).toBe(line);
  });

  it('is of a failure where there is no report', () => {
    expect(summaryLine(summarize(undefined, null))).toBe('0 passed, 1 failed');
  });

  it('names what passed only at the second try, with what went wrong first', () => {
    const test = (status: string, ...failureMessages: readonly string[]) => ({
      status,
      fullName: `a ${status} one`,
      failureMessages,
    });
    const assertionResults = [
      test('passed'),
      test('passed', 'Error: late\n at …'),
      test('failed', 'no', 'no'),
    ];
    expect(secondTries({ testResults: [{ assertionResults }] })).toEqual(['a passed one: Error: late']);
    expect(secondTries(undefined)).toEqual([]);
  });
});

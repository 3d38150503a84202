import { describe, expect, it } from 'vitest';
import { filesToTryAgain, secondTries, summarize, summaryLine, withSecondTry } from '../../build/summary.mjs';

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

  const test = (status: string, ...failureMessages: readonly string[]) => ({
    status,
    fullName: `a ${status} one`,
    failureMessages,
  });
  const ran = (status: number, uncaught: number, ...testResults: readonly object[]) => ({
    status,
    uncaught,
    report: { testResults },
  });
  const late = { ...test('failed', 'Error: late\n at …'), fullName: 'a late one' };
  const well = { name: 'a', status: 'passed', assertionResults: [test('passed')] };
  const failed = { name: 'b', status: 'failed', assertionResults: [late, test('passed')] };

  it.each([
    [
      'passes',
      { ...late, status: 'passed', failureMessages: [] },
      0,
      '3 passed, 0 failed',
      ['a late one: Error: late'],
    ],
    ['fails again', late, 1, '2 passed, 1 failed', []],
  ] as const)('a file that failed and then %s', (_, once, status, line, tries) => {
    const first = ran(1, 0, well, failed);
    expect(filesToTryAgain(first)).toEqual(['b']);
    const second = ran(status, 0, {
      name: 'b',
      status: status === 0 ? 'passed' : 'failed',
      assertionResults: [once, test('passed')],
    });
    const both = withSecondTry(first, second);
    expect(summaryLine(summarize(both.report, both.status))).toBe(line);
    expect(secondTries(both.report)).toEqual(tries);
  });

  it('is not tried again where an error went past all tests, where much failed, and where all is well', () => {
    expect(filesToTryAgain(ran(1, 1, well, failed))).toEqual([]);
    expect(filesToTryAgain(ran(1, 0, ...Array.from({ length: 20 }, () => failed)))).toEqual([]);
    expect(filesToTryAgain(ran(0, 0, well))).toEqual([]);
    expect(filesToTryAgain({ status: null })).toEqual([]);
  });

  it('stays what it was where the second try left no report, and fails where an error went past its tests', () => {
    const first = ran(1, 0, well, failed);
    expect(withSecondTry(first, { status: null })).toBe(first);
    const second = ran(1, 1, { ...failed, status: 'passed', assertionResults: [test('passed')] });
    const both = withSecondTry(first, second);
    expect(summaryLine(summarize(both.report, both.status))).toBe('2 passed, 1 failed');
  });
});

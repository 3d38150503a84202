/**
 * Counts what a report of vitest says. A file that could not be loaded has no tests to count, and counts as one that
 * failed; so does a run that ended badly for another reason (an error that no test caught), and one that ran nothing.
 */
export function summarize(report, status) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report?.testResults ?? []) {
    const failedTests = file.assertionResults.filter((test) => test.status === 'failed').length;
    counts.failed += failedTests;
    if (file.status === 'failed' && failedTests === 0) counts.failed++;
    for (const { status: said } of file.assertionResults) {
      if (said === 'passed') counts.passed++;
      else if (said !== 'failed') counts.skipped++;
    }
  }
  if (counts.failed === 0 && (status !== 0 || counts.passed === 0)) counts.failed++;
  return counts;
}

/** Where more than these fail, something is broken, and is not tried again. */
const MOST_FILES_AGAIN = 8;

/** The files of a run that failed, where another try may tell: they are few, and no error went past all tests. */
export function filesToTryAgain({ report, uncaught }) {
  const files = (report?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => name);
  return uncaught === 0 && files.length <= MOST_FILES_AGAIN ? files : [];
}

/** A run of all files, and one of those that failed in it: as it ended, with what went wrong at first. */
export function withSecondTry(first, second) {
  // Whose report could not be read told nothing new.
  if (!second.report) return first;
  const again = new Map(second.report.testResults.map((file) => [file.name, file]));
  const testResults = first.report.testResults.map((file) => {
    const { assertionResults, ...rest } = again.get(file.name) ?? file;
    const before = new Map(file.assertionResults.map((test) => [test.fullName, test.failureMessages ?? []]));
    return {
      ...rest,
      assertionResults: assertionResults.map((test) => ({
        ...test,
        failedFirst: again.has(file.name) ? (before.get(test.fullName)?.[0] ?? '') : '',
      })),
    };
  });
  return { ...second, report: { ...first.report, testResults } };
}

/** Tests that failed once and passed when they were run again, each with what went wrong first: races still to be found. */
export const secondTries = (report) =>
  (report?.testResults ?? []).flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status, failedFirst }) => status === 'passed' && failedFirst)
      .map(({ fullName, failedFirst }) => `${fullName}: ${failedFirst.split('\n')[0]}`),
  );

/** The line that a run ends with. */
export const summaryLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

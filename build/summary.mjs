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

/** Tests that failed once and passed when they were run again, each with what went wrong first: races still to be found. */
export const secondTries = (report) =>
  (report?.testResults ?? []).flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages?.length > 0)
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0].split('\n')[0]}`),
  );

/** The line that a run ends with. */
export const summaryLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

import { writeFileSync } from 'node:fs';

/** A reporter of vitest that writes how many errors no test caught, which its own report leaves out. */
// biome-ignore lint/style/noDefaultExport: that is where vitest looks for a reporter.
export default class UncaughtReporter {
  onTestRunEnd(_, errors) {
    writeFileSync(process.env.NETWRIGHT_UNCAUGHT, String(errors.length));
  }
}

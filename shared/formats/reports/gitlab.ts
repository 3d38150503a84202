import { openEntries, type ReportFormat } from './report.ts';

const severities = { error: 'major', warning: 'minor', info: 'info' } as const;

/** GitLab's code quality report. */
export const gitlab: ReportFormat = {
  title: 'code quality report of GitLab',
  write({ files }) {
    const seen = new Set<string>();
    const issues = files
      .flatMap(openEntries)
      .map(({ rule, severity, message, place: { file, node, line = 1 }, fingerprint }) => {
        // Two copies of a design have the same to say; GitLab would show one of them.
        const own = seen.has(fingerprint) ? `${fingerprint}:${file}` : fingerprint;
        seen.add(fingerprint);
        return {
          description: node === undefined ? message : `${node}: ${message}`,
          check_name: rule,
          fingerprint: own,
          severity: severities[severity],
          location: { path: file, lines: { begin: line } },
        };
      });
    return `${JSON.stringify(issues, undefined, 2)}\n`;
  },
};

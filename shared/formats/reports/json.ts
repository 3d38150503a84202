import { openEntries, type ReportFormat } from './report.ts';

/** For programs. */
export const json: ReportFormat = {
  title: 'JSON',
  write({ files }) {
    const findings = files
      .flatMap(openEntries)
      .map(({ rule, severity, message, place: { file, node, line, column }, fix }) => ({
        file,
        rule,
        severity,
        node: node ?? null,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        message,
        fix: fix === undefined ? null : { title: fix.title, safety: fix.safety },
      }));
    return `${JSON.stringify({ findings }, undefined, 2)}\n`;
  },
};

import { xmlText } from '../../base/markup.ts';
import type { ReportEntry, ReportFile, ReportFormat } from './report.ts';

/** JUnit's XML, with what Jenkins' schema knows and nothing more. A file is a suite; remarks are no failures. */
export const junit: ReportFormat = {
  title: 'JUnit XML',
  write({ files }) {
    const suites = files.map(suiteOf);
    const sum = (of: 'tests' | 'failures'): number => suites.reduce((total, each) => total + each[of], 0);
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="netwright" tests="${sum('tests')}" failures="${sum('failures')}" errors="0">`,
      ...suites.map(({ xml }) => xml),
      '</testsuites>',
      '',
    ].join('\n');
  },
};

function suiteOf({ file, entries }: ReportFile): { tests: number; failures: number; xml: string } {
  const failures = entries.filter(fails).length;
  const skipped = entries.filter(({ suppressed }) => suppressed !== undefined).length;
  const tests = Math.max(1, entries.length);
  const cases =
    entries.length === 0
      ? [`    <testcase name="no findings" classname="${xmlText(file)}"/>`]
      : entries.map(caseOf);
  const head = `  <testsuite name="${xmlText(file)}" tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}">`;
  return { tests, failures, xml: [head, ...cases, '  </testsuite>'].join('\n') };
}

const fails = ({ suppressed, severity }: ReportEntry): boolean =>
  suppressed === undefined && severity !== 'info';

function caseOf(entry: ReportEntry): string {
  const { rule, severity, message, place, suppressed } = entry;
  const { file, node, line, column } = place;
  const name = node === undefined ? rule : `${rule} ${node}`;
  const at = `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}${node === undefined ? '' : ` (${node})`}`;
  const inside = fails(entry)
    ? `<failure type="${severity}" message="${xmlText(message)}">${xmlText(`${at}: ${message}`)}</failure>`
    : suppressed === undefined
      ? `<system-out>${xmlText(`${at}: ${message}`)}</system-out>`
      : `<skipped message="${xmlText(suppressed)}"/>`;
  return `    <testcase name="${xmlText(name)}" classname="${xmlText(file)}">${inside}</testcase>`;
}

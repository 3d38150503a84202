import { counted, openEntries, type Paint, type ReportFile, type ReportFormat } from './report.ts';

/** For people, a line for each finding. */
export const text: ReportFormat = {
  title: 'lines for people',
  write: ({ files }, paint, say = (word) => word) => files.map((file) => fileText(file, paint, say)).join(''),
};

function fileText(report: ReportFile, paint: Paint, say: (word: string) => string): string {
  const { file, entries, fixed } = report;
  const colours = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  const open = openEntries(report);
  const lines = open.flatMap(({ rule, severity, message, place, fix }) => {
    const at = place.node === undefined ? file : `${file} ${paint.bold(place.node)}`;
    return [
      `${at}: ${colours[severity](say(severity))}: ${message} ${paint.dim(`(${rule})`)}\n`,
      ...(fix === undefined ? [] : [`    ${paint.dim(say(`${fix.safety} fix:`))} ${fix.title}\n`]),
    ];
  });
  const silenced = entries.length - open.length;
  const notes = [
    say(counted(open.length, 'finding')),
    ...(fixed > 0 ? [say(`${fixed} fixed`)] : []),
    ...(silenced > 0 ? [say(`${silenced} suppressed`)] : []),
  ].join(', ');
  return `${lines.join('')}${file}: ${open.length === 0 ? paint.green(notes) : notes}\n`;
}

import { inEnglish, type Speech } from '../../base/speech.ts';
import { openEntries, type Paint, type ReportFile, type ReportFormat } from './report.ts';

/** For people, a line for each finding. */
export const text: ReportFormat = {
  title: 'lines for people',
  write: ({ files }, paint, speech = inEnglish) =>
    files.map((file) => fileText(file, paint, speech)).join(''),
};

function fileText(report: ReportFile, paint: Paint, { t, tell }: Speech): string {
  const { file, entries, fixed } = report;
  const colours = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  const open = openEntries(report);
  const lines = open.flatMap(({ rule, severity, message, place, fix }) => {
    const at = place.node === undefined ? file : `${file} ${paint.bold(place.node)}`;
    return [
      `${at}: ${colours[severity](t(severity))}: ${message} ${paint.dim(`(${rule})`)}\n`,
      ...(fix === undefined ? [] : [`    ${paint.dim(t(`${fix.safety} fix:`))} ${fix.title}\n`]),
    ];
  });
  const silenced = entries.length - open.length;
  const notes = [
    open.length === 0
      ? t('no findings')
      : open.length === 1
        ? tell`1 finding`
        : tell`${open.length} findings`,
    ...(fixed > 0 ? [tell`${fixed} fixed`] : []),
    ...(silenced > 0 ? [tell`${silenced} suppressed`] : []),
  ].join(', ');
  return `${lines.join('')}${file}: ${open.length === 0 ? paint.green(notes) : notes}\n`;
}

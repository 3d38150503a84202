import { markdownText } from '../../base/markup.ts';
import { counted, openEntries, type ReportFile, type ReportFormat } from './report.ts';

/** As long as a comment on GitHub may be, less what says that more was found. */
const MAX_LENGTH = 65_536 - 200;

/** For comments and summaries: a table for each file. */
export const markdown: ReportFormat = {
  title: 'Markdown',
  write({ files }) {
    let text = '';
    let left = 0;
    for (const file of files) {
      const part = section(file, MAX_LENGTH - text.length);
      text += part.text;
      left += part.left;
    }
    return left === 0
      ? text
      : `${text}\n${counted(left, 'more finding')}, which this page has no room for.\n`;
  },
};

function section(report: ReportFile, room: number): { readonly text: string; readonly left: number } {
  const open = openEntries(report);
  const silenced = report.entries.length - open.length;
  const notes = [counted(open.length, 'finding'), ...(silenced > 0 ? [`${silenced} suppressed`] : [])];
  const head = `### ${markdownText(report.file)}: ${notes.join(', ')}\n\n`;
  if (head.length > room) return { text: '', left: open.length };
  if (open.length === 0) return { text: head, left: 0 };
  let text = `${head}| | Where | What | Rule |\n|---|---|---|---|\n`;
  for (const [i, { severity, place, message, rule, fix }] of open.entries()) {
    const where = [place.node, place.line === undefined ? undefined : `line ${place.line}`]
      .filter((part) => part !== undefined)
      .join(', ');
    const mended = fix === undefined ? '' : ` *${fix.safety} fix: ${markdownText(fix.title)}*`;
    const row = `| ${severity} | ${markdownText(where)} | ${markdownText(message)}${mended} | ${markdownText(rule)} |\n`;
    if (text.length + row.length + 1 > room)
      return { text: i === 0 ? '' : `${text}\n`, left: open.length - i };
    text += row;
  }
  return { text: `${text}\n`, left: 0 };
}

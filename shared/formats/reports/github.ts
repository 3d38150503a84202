import { openEntries, type ReportFormat } from './report.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands: GitHub shows each beside its line of the change. */
export const github: ReportFormat = {
  title: 'workflow commands of GitHub',
  write({ files }) {
    return files
      .flatMap(openEntries)
      .map(({ rule, severity, message, place: { file, node, line = 1, column } }) => {
        const at = `file=${property(file)},line=${line}${column === undefined ? '' : `,col=${column}`}`;
        const where = node === undefined ? '' : `${node}: `;
        return `::${commands[severity]} ${at},title=${property(rule)}::${data(where + message)}\n`;
      })
      .join('');
  },
};

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

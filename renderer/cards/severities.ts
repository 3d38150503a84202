import type { Severity } from '../../shared/graph/design.ts';

/** English, to be translated. */
export const severityTitles: Readonly<Record<Severity, string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Remark',
  off: 'Off',
};

export const severities = Object.keys(severityTitles) as readonly Severity[];

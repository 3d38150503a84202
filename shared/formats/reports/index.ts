import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { ReportFormat } from './report.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** Every form in which findings are told. A format is its file and its line here. */
export const reportFormats = {
  text,
  json,
  sarif,
  junit,
  github,
  gitlab,
  markdown,
} as const satisfies Readonly<Record<string, ReportFormat>>;

export type ReportFormatId = keyof typeof reportFormats;

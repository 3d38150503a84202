import type { Speech } from '../../base/speech.ts';
import type { Severity } from '../../graph/design.ts';

/** Where a finding sits. A model that is no text has no lines: there it is the node's path that leads to it. */
export interface ReportPlace {
  /** As the command line has it. */
  readonly file: string;
  /** The node, or the path of one inside a block: `stage/0/conv`. */
  readonly node?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

/** A piece of a text and what stands in its place afterwards; whole lines, 1-based, the end excluded. */
export interface Replacement {
  readonly firstLine: number;
  readonly endLine: number;
  readonly text: string;
}

export interface ReportFix {
  readonly title: string;
  readonly safety: 'safe' | 'suggested';
  /** Where the file is a text that it changes. */
  readonly replacement?: Replacement;
}

export interface ReportEntry {
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  readonly message: string;
  readonly place: ReportPlace;
  /** Of the finding itself: the same after nodes, files and lines around it were renamed or moved. */
  readonly fingerprint: string;
  readonly fix?: ReportFix;
  /** The reason that somebody gave for silencing it. */
  readonly suppressed?: string;
  /** Silenced not in the design, but as one of so many in a file beside it. */
  readonly counted?: true;
}

export interface ReportRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** Markdown. */
  readonly why?: string;
  readonly source?: string;
  readonly helpUri?: string;
}

export interface ReportFile {
  readonly file: string;
  readonly entries: readonly ReportEntry[];
  readonly fixed: number;
}

/** What a command found, in the order of the files. */
export interface Report {
  readonly version: string;
  readonly files: readonly ReportFile[];
  /** Every rule that was asked, and every other that an entry names. */
  readonly rules: readonly ReportRule[];
}

/** Colours of a terminal; plain text without one. */
export type Paint = Readonly<
  Record<'red' | 'yellow' | 'cyan' | 'green' | 'bold' | 'dim', (text: string) => string>
>;

export interface ReportFormat {
  readonly title: string;
  /** `speech` is the language of its reader; what machines read has none. */
  write(report: Report, paint: Paint, speech?: Speech): string;
}

/** What is still to be looked at: silenced findings aside. */
export function openEntries({ entries }: ReportFile): readonly ReportEntry[] {
  return entries.filter(({ suppressed }) => suppressed === undefined);
}

export function counted(amount: number, unit: string): string {
  return `${amount === 0 ? 'no' : amount} ${unit}${amount === 1 ? '' : 's'}`;
}

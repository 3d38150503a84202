import type { ExportOption } from './options.ts';

/** What is shown of a design. */
export const subjects = ['graph', 'volumes', 'profile', 'table'] as const;
export type Subject = (typeof subjects)[number];

export const encodings = [
  'svg',
  'png',
  'tikz',
  'mermaid',
  'dot',
  'csv',
  'markdown',
  'latex',
  'html',
] as const;
export type Encoding = (typeof encodings)[number];

interface Described {
  readonly title: string;
  readonly doc: string;
  readonly options: readonly ExportOption[];
}

export const subjectInfo: Readonly<Record<Subject, Described>> = {
  graph: {
    title: 'Graph',
    doc: 'Layers and blocks as boxes, joined by wires with their shapes.',
    options: ['detail', 'direction', 'theme'],
  },
  volumes: {
    title: 'Volumes',
    doc: 'Every map as a box of its height, width and channels: the figure that papers draw.',
    options: ['detail', 'scale', 'theme'],
  },
  profile: {
    title: 'Cost profile',
    doc: 'Multiply-adds, parameters, activation memory and running peak along depth, over those of the pinned baseline where there is one.',
    options: ['alone', 'theme'],
  },
  table: {
    title: 'Cost table',
    doc: 'What every layer outputs and costs, with the totals and what is counted.',
    options: ['convention', 'open'],
  },
};

interface EncodingInfo extends Described {
  /** How the file's name ends. */
  readonly extensions: readonly [string, ...string[]];
  readonly subjects: readonly Subject[];
  /** Written as characters rather than bytes. */
  readonly text: boolean;
}

export const encodingInfo: Readonly<Record<Encoding, EncodingInfo>> = {
  svg: {
    title: 'SVG',
    doc: 'Vectors for the web and for papers. Text stays text; the file stands alone, without scripts or outside references.',
    extensions: ['.svg'],
    subjects: ['graph', 'volumes', 'profile'],
    options: ['transparent'],
    text: true,
  },
  png: {
    title: 'PNG',
    doc: 'Pixels, for where vectors cannot go. Set in Roboto, which is part of the program, so the bytes are the same on every machine.',
    extensions: ['.png'],
    subjects: ['graph', 'volumes', 'profile'],
    options: ['ratio', 'transparent'],
    text: false,
  },
  tikz: {
    title: 'TikZ',
    doc: 'A LaTeX document of one picture, its page cut to it; compiles with pdflatex and TikZ, and the picture can be copied into a paper.',
    extensions: ['.tikz', '.tex'],
    subjects: ['graph', 'volumes', 'profile'],
    options: ['transparent'],
    text: true,
  },
  mermaid: {
    title: 'Mermaid',
    doc: 'A flowchart for Markdown pages that draw Mermaid, such as those of code hosts.',
    extensions: ['.mmd'],
    subjects: ['graph'],
    options: [],
    text: true,
  },
  dot: {
    title: 'Graphviz DOT',
    doc: 'A directed graph for Graphviz and the many programs that read its language.',
    extensions: ['.dot'],
    subjects: ['graph'],
    options: [],
    text: true,
  },
  csv: {
    title: 'CSV',
    doc: 'For spreadsheets and programs: plain integers, bytes, unknown left empty; the totals come last, and the column of operations is named after the convention.',
    extensions: ['.csv'],
    subjects: ['table'],
    options: [],
    text: true,
  },
  markdown: {
    title: 'Markdown',
    doc: 'A pipe table with convention and totals.',
    extensions: ['.md'],
    subjects: ['table'],
    options: [],
    text: true,
  },
  latex: {
    title: 'LaTeX',
    doc: 'A table in booktabs style, with convention in the caption and totals in the last line.',
    extensions: ['.tex'],
    subjects: ['table'],
    options: [],
    text: true,
  },
  html: {
    title: 'HTML',
    doc: 'A table element with caption, header, body and footer.',
    extensions: ['.html'],
    subjects: ['table'],
    options: [],
    text: true,
  },
};

/** One subject in one encoding. */
export interface ExportForm {
  readonly subject: Subject;
  readonly encoding: Encoding;
}

/** Every picture and table that a design can be written as: what the command draws and the app exports. */
export const exportForms: readonly ExportForm[] = subjects.flatMap((subject) =>
  encodings
    .filter((encoding) => encodingInfo[encoding].subjects.includes(subject))
    .map((encoding) => ({ subject, encoding })),
);

/** What can be chosen about it, in the order in which it is asked. */
export function optionsOf({ subject, encoding }: ExportForm): readonly ExportOption[] {
  return [...subjectInfo[subject].options, ...encodingInfo[encoding].options];
}

/** The end of a file's name, without ambiguity: `-volumes.svg`. */
export function endingOf({ subject, encoding }: ExportForm): string {
  return `${subject === 'table' ? '-costs' : `-${subject}`}${encodingInfo[encoding].extensions[0]}`;
}

/** `Volumes as SVG …`: its name in menus, where choosing it asks for a file. */
export function exportTitle({ subject, encoding }: ExportForm): string {
  return `${subjectInfo[subject].title} as ${encodingInfo[encoding].title} …`;
}

/** The form that a file's name asks for: of `subject` where it is given, otherwise the first that has the ending. */
export function formNamed(file: string, subject?: Subject): ExportForm | undefined {
  const name = file.toLowerCase();
  return exportForms.find(
    (form) =>
      (subject === undefined || form.subject === subject) &&
      encodingInfo[form.encoding].extensions.some((extension) => name.endsWith(extension)),
  );
}

import type { Design, NodeId } from '../graph/design.ts';
import type { Language } from '../languages/names.ts';

export const EXERCISE_VERSION = 1;
export const EXERCISE_SCHEMA_URL = 'https://netwright.dev/schema/exercise-1.json';

/** Files are untrusted: more than a teacher writes. */
export const MAX_TASK_LENGTH = 10_000;
export const MAX_HINTS = 20;
export const MAX_CHECKS = 50;
export const MAX_CELLS = 200;

/** What a teacher writes, in the languages that it is written in; English is always there. */
export type Told = Readonly<Partial<Record<Language, string>>> & { readonly en: string };

/** What a check measures, of the whole design. */
export const measures = {
  macs: { title: 'Multiply-adds', unit: 'count' },
  params: { title: 'Parameters', unit: 'count' },
  /** The peak of activation memory, in bytes. */
  memory: { title: 'Peak activation memory', unit: 'bytes' },
  /** Layers with multiply-adds on the longest path. */
  depth: { title: 'Depth', unit: 'count' },
  /** In pixels of the input, the smaller side, of the last layer that does not see everything. */
  receptiveField: { title: 'Receptive field', unit: 'count' },
  /** What the design's own rules find; suppressed findings do not count. */
  findings: { title: 'Findings', unit: 'count' },
} as const;
export type Measure = keyof typeof measures;

/** A figure, or a change in per cent against the start design. */
export type Bound =
  | { readonly kind: 'figure'; readonly value: number }
  | { readonly kind: 'change'; readonly percent: number };

export interface Check {
  readonly measure: Measure;
  readonly atLeast?: Bound;
  readonly atMost?: Bound;
}

/** What a hidden cell asks of a layer of the start design. */
export const figures = {
  /** Of the output, for one sample: 64×56×56. */
  shape: { title: 'Output' },
  /** Of the output in float32, in KiB, to a tenth. */
  memory: { title: 'KiB' },
  params: { title: 'Parameters' },
  macs: { title: 'Multiply-adds' },
} as const;
export type Figure = keyof typeof figures;
export const figureNames = Object.keys(figures) as readonly Figure[];

export interface Cell {
  readonly node: NodeId;
  readonly figure: Figure;
}

/** The cost table of some layers of the start design, some of its cells to be worked out. */
export interface Table {
  readonly rows: readonly NodeId[];
  readonly hidden: readonly Cell[];
}

/** A task on a design, and what tells whether it is done. */
export interface Exercise {
  readonly title: Told;
  /** Markdown. */
  readonly task: Told;
  readonly hints: readonly Told[];
  readonly start: Design;
  /** Whether input and output must keep their shapes. */
  readonly keepShapes: boolean;
  readonly checks: readonly Check[];
  readonly table: Table | undefined;
}

/** Under which an answer to a cell is kept: `conv1.macs`. */
export const cellKey = ({ node, figure }: Cell): string => `${node}.${figure}`;

export type Answers = Readonly<Record<string, string>>;

import { analyze } from '../analysis/analyze.ts';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import { formatSample } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { lint } from '../lint/run.ts';
import {
  type Answers,
  type Bound,
  type Cell,
  type Check,
  cellKey,
  type Exercise,
  type Measure,
} from './exercise.ts';

export interface CheckVerdict {
  readonly check: Check;
  /** Undefined while the design leaves it unknown. */
  readonly actual: number | undefined;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly met: boolean;
}

export interface CellVerdict {
  readonly cell: Cell;
  readonly given: string;
  /** Undefined where nothing is given. */
  readonly met: boolean | undefined;
}

export interface Verdict {
  /** Whether the design has no problems. */
  readonly sound: boolean;
  /** Whether input and output have the shapes of the start; undefined where the exercise does not ask. */
  readonly keepsShapes: boolean | undefined;
  readonly checks: readonly CheckVerdict[];
  readonly cells: readonly CellVerdict[];
  /** All of it. */
  readonly done: boolean;
}

/** Judges a design, and answers to hidden cells; the app and the command both ask here. */
export function judge(
  exercise: Exercise,
  design: Design,
  answers: Answers = {},
  analysis: Analysis = analyze(design),
): Verdict {
  const start = startOf(exercise);
  const sound = analysis.problems.length === 0 && analysis.totals.unknown === 0;
  const keepsShapes = exercise.keepShapes
    ? endsOf(analysis) === endsOf(start) && endsOf(start) !== undefined
    : undefined;
  const checks = exercise.checks.map((check) =>
    judgeCheck(check, { design, analysis }, { design: exercise.start, analysis: start }),
  );
  const cells = (exercise.table?.hidden ?? []).map((cell) => judgeCell(cell, start, answers));
  const done =
    sound &&
    keepsShapes !== false &&
    checks.every(({ met }) => met) &&
    cells.every(({ met }) => met === true);
  return { sound, keepsShapes, checks, cells, done };
}

/** Of start designs, which are judged against after every edit. */
const starts = new WeakMap<Design, Analysis>();

function startOf({ start }: Exercise): Analysis {
  const known = starts.get(start) ?? analyze(start);
  starts.set(start, known);
  return known;
}

interface Measured {
  readonly design: Design;
  readonly analysis: Analysis;
}

function judgeCheck(check: Check, now: Measured, start: Measured): CheckVerdict {
  const actual = measured(check.measure, now);
  const [least, most] = [check.atLeast, check.atMost].map(
    (bound) => bound && boundOf(bound, check.measure, start),
  );
  const unknown =
    actual === undefined ||
    (check.atLeast !== undefined && least === undefined) ||
    (check.atMost !== undefined && most === undefined);
  const met = !unknown && actual >= (least ?? -Infinity) && actual <= (most ?? Infinity);
  return { check, actual, least, most, met };
}

function boundOf(bound: Bound, measure: Measure, start: Measured): number | undefined {
  if (bound.kind === 'figure') return bound.value;
  const from = measured(measure, start);
  return from === undefined ? undefined : from * (1 + bound.percent / 100);
}

/** Undefined while it is not known: a total with an unknown part is none. */
function measured(measure: Measure, { design, analysis }: Measured): number | undefined {
  const { totals } = analysis;
  if (totals.unknown > 0) return undefined;
  switch (measure) {
    case 'macs':
      return totals.macs;
    case 'params':
      return totals.params;
    case 'memory':
      return totals.peakBytes;
    case 'depth':
      return totals.depth;
    case 'receptiveField':
      return receptiveField(analysis);
    case 'findings':
      return lint(design, analysis).findings.filter(({ suppressed }) => suppressed === undefined).length;
  }
}

/** Of the last layer that does not see everything, its smaller side, in pixels of the input. */
function receptiveField({ order, facts }: Analysis): number | undefined {
  const reaches = order.map((id) =>
    Math.min(...(facts.get(id)?.reach?.extent ?? [Number.POSITIVE_INFINITY])),
  );
  return reaches.findLast(Number.isFinite);
}

/** Shapes that come in and go out, in a fixed order; undefined while one of them is unknown. */
function endsOf({ order, facts }: Analysis): string | undefined {
  const shapes: string[] = [];
  for (const { node, inputs, outputs } of order.map((id) => facts.get(id)!)) {
    const { kind } = node;
    if (kind !== 'input' && kind !== 'output') continue;
    const dims = kind === 'input' ? outputs?.out : inputs[0];
    if (!dims) return undefined;
    shapes.push(`${kind} ${formatSample(dims)}`);
  }
  return shapes.length > 0 ? shapes.sort().join('; ') : undefined;
}

/** What stands in a cell, as it is written where it is not hidden; undefined while it is unknown. */
export function cellText({ figure }: Cell, facts: NodeFacts | undefined): string | undefined {
  const [dims] = Object.values(facts?.outputs ?? {});
  switch (figure) {
    case 'shape':
      return dims && formatSample(dims);
    case 'memory':
      return facts?.cost && ((facts.cost.outputElements * 4) / 1024).toFixed(1);
    case 'params':
      return facts?.cost?.params.value.toLocaleString('en-US');
    case 'macs':
      return facts?.cost?.macs.value.toLocaleString('en-US');
  }
}

/** As people write numbers and shapes: 72,855,552 and 72 855 552; 64×56×56, 64x56x56 and 64*56*56. */
const plain = (text: string): string => text.replace(/[\s,，_'’]/g, '').replace(/[x*·X]/g, '×');

function judgeCell(cell: Cell, start: Analysis, answers: Answers): CellVerdict {
  const key = cellKey(cell);
  const given = Object.hasOwn(answers, key) ? answers[key]! : '';
  if (given.trim() === '') return { cell, given, met: undefined };
  const right = cellText(cell, start.facts.get(cell.node));
  const met =
    right !== undefined &&
    (cell.figure === 'memory'
      ? Math.abs(Number(plain(given)) - Number(plain(right))) <= 0.1
      : plain(given) === plain(right));
  return { cell, given, met };
}

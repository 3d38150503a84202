import { analyze } from '../../shared/analysis/analyze.ts';
import type { Problem } from '../../shared/base/problem.ts';
import type { Loaded } from '../../shared/budget/memory.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { sharingConventions } from '../../shared/graph/quantities.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import { type Answer, answerOf, type Point, pointOf, type Turned } from '../../shared/steer/answers.ts';
import { type FitRequest, type FitResult, fitSpace, fittingIn, isTimed } from '../../shared/steer/fit.ts';
import {
  type Knob,
  type KnobKind,
  paramKnobKinds,
  type Steering,
  steeringOf,
  usualValues,
} from '../../shared/steer/knobs.ts';
import { fittingLaw, type LawRequest, memberOf } from '../../shared/steer/law-fit.ts';
import { lawNamed } from '../../shared/steer/laws.ts';
import { asCounted, type Measures, measuresOf } from '../../shared/steer/quantities.ts';
import { sampling } from '../../shared/steer/sample.ts';
import { spaceOf } from '../../shared/steer/space.ts';
import { findKnob, findKnobs } from '../../shared/steer/ties.ts';
import { zoo } from '../../shared/zoo/index.ts';
import type { CurvePoint, CurveRequest } from './curve.ts';
import type { KnownMachine } from './known-machine.ts';

/** A knob of a design as it is shown: nothing in it but plain data. */
export interface FoundKnob extends Pick<Knob, 'id' | 'base' | 'nodes' | 'step' | 'min' | 'max'> {
  /** Of a law's knob there is a name only. */
  readonly kind: KnobKind | 'law';
  readonly usual: readonly number[];
  /** The first node of its stage, or the node that it is of. */
  readonly anchor: NodeId | undefined;
  /** The node that it is of, where somebody asked for it. */
  readonly node?: NodeId;
}

/** An answer without the function that makes it: `become` makes the design into it. */
export type FoundAnswer = Omit<Answer, 'edit'>;

type Found = Extract<FitResult, { readonly kind: 'found' }>;
export type FitOutcome =
  | (Omit<Found, 'answers'> & { readonly answers: readonly FoundAnswer[] })
  | (Omit<Extract<FitResult, { readonly kind: 'none' }>, 'nearest'> & {
      readonly nearest: FoundAnswer | undefined;
    })
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export interface FitProgress {
  readonly fraction: number;
  readonly evaluated: number;
  readonly space: number;
  /** The best so far, best first. */
  readonly leading: readonly Point[];
}

export interface KnobsFound {
  readonly knobs: readonly FoundKnob[];
  readonly problems: readonly Problem[];
}

/** The knobs that a design has by itself, and those of the nodes that were asked for. */
export function findDesignKnobs(design: Design, asked: readonly NodeId[]): KnobsFound {
  const analysis = analyze(asCounted(design));
  if (analysis.problems.length > 0) return { knobs: [], problems: analysis.problems };
  const steering = steeringOf(design, analysis);
  const anchors = new Map(steering.stages.map(({ name, nodes }) => [name, nodes[0]]));
  const knobs = findKnobs(steering).map((knob) => {
    const stage = knob.id.slice(0, Math.max(0, knob.id.lastIndexOf('.')));
    return shown(knob, knob.kind === 'resolution' ? knob.nodes[0] : anchors.get(stage));
  });
  const known = new Set(knobs.map(({ id }) => id));
  const own = asked.flatMap((node) =>
    nodeKnobs(steering, node).map((knob) => ({ ...shown(knob, node), node })),
  );
  return { knobs: [...knobs, ...own.filter(({ id }) => !known.has(id))], problems: [] };
}

const shown = (knob: Knob, anchor: NodeId | undefined): FoundKnob => {
  const { id, kind, base, nodes, step, min, max } = knob;
  return { id, kind, base, nodes, step, min, max, usual: usualValues(knob), anchor };
};

/** What can be turned of one node. */
function nodeKnobs(steering: Steering, node: NodeId): readonly Knob[] {
  return paramKnobKinds.flatMap((kind) => findKnob(steering, `${node}.${kind}`) ?? []);
}

export interface FitAsk extends Omit<FitRequest, 'timer'> {
  readonly machine?: KnownMachine;
  /** The family whose law is turned, instead of the design's own knobs. */
  readonly law?: string;
}

export interface FitHooks {
  readonly onProgress: (progress: FitProgress) => void;
  /** Some variants from all over the space, for who wants to see what there is. */
  readonly onSample: (points: readonly Point[]) => void;
  readonly isStopped: () => boolean;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

const SAMPLE = 1500;

/** Finds the designs that keep limits; stopped, it gives what was found until then. */
export async function fitDesign(
  design: Design,
  { machine, law, ...asked }: FitAsk,
  hooks: FitHooks,
): Promise<FitOutcome> {
  const { onProgress, onSample, isStopped, pause } = hooks;
  // Plans are made for it only where times are asked for.
  const timer = machine && isTimed(asked) ? createTimer(machine.target, machine.model) : undefined;
  if (law !== undefined) return fitFamily(law, { ...asked, ...(timer ? { timer } : {}) }, hooks);
  const request: FitRequest = { ...asked, ...(timer ? { timer } : {}) };
  const made = fitSpace(design, request);
  if (!made.ok) return { kind: 'refused', problems: made.problems };
  const space = made.value;
  const steps = fittingIn(space, request, isStopped);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      onSample([...sampling(space, SAMPLE)]);
      return plain(step.value);
    }
    const { fraction, evaluated, space: size, leading } = step.value;
    const top = leading.slice(0, request.top).map((variant) => pointOf(space, variant));
    onProgress({ fraction, evaluated, space: size, leading: top });
    await pause();
  }
}

/** Members of a family that keep limits. */
async function fitFamily(
  id: string,
  request: LawRequest,
  { onProgress, onSample, isStopped, pause }: FitHooks,
): Promise<FitOutcome> {
  const steps = fittingLaw(lawNamed(id)!, request, isStopped);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      if (!step.value.ok) return { kind: 'refused', problems: step.value.problems };
      const { members, looked, nearest, broken, front, ...common } = step.value.value;
      onSample(looked.slice(0, SAMPLE));
      return members.length > 0
        ? { kind: 'found', answers: members, front, ...common }
        : { kind: 'none', nearest, broken, unlock: undefined, ...common };
    }
    const { fraction, evaluated, space, points } = step.value;
    onProgress({ fraction, evaluated, space, leading: points });
    await pause();
  }
}

function plain(result: FitResult): FitOutcome {
  switch (result.kind) {
    case 'found':
      return { ...result, answers: result.answers.map(withoutEdit) };
    case 'none':
      return { ...result, nearest: result.nearest && withoutEdit(result.nearest) };
    case 'refused':
      return result;
  }
}

/** Functions cannot be sent from one thread to another. */
function withoutEdit({ edit: _, ...answer }: Answer): FoundAnswer {
  return answer;
}

/** One variant as a design, or the member of a law; undefined where it has a problem. */
export function makeVariant(
  design: Design,
  turned: readonly Turned[],
  law: string | undefined,
): Design | undefined {
  if (law !== undefined)
    return memberOf(lawNamed(law)!, Object.fromEntries(turned.map(({ knob, after }) => [knob, after])));
  const vary = turned.map(({ knob, before, after }) => ({ knob, values: [before, after] }));
  const made = spaceOf(design, { vary });
  if (!made.ok) return undefined;
  const { evaluator } = made.value;
  const at = turned.map(({ knob, after }) => {
    const { values } = evaluator.knobs.find((each) => each.knob.id === knob)!;
    return values.indexOf(after);
  });
  const measures = evaluator.measure(at);
  if (!measures) return undefined;
  return answerOf(made.value, { at, measures: { ...measures }, score: 0, distance: 0 })?.design;
}

/** A published network, to be set beside what is found. */
export interface ZooFigures {
  readonly id: string;
  readonly title: string;
  readonly measures: Measures;
}

/** For what published networks are counted. */
export interface ZooWanted {
  /** What peaks are counted of. */
  readonly loaded: Loaded;
  /** Where it is known, what they take on it, too. */
  readonly machine: KnownMachine | undefined;
}

/** What every published network counts, one after another; and what it takes, where a machine is known. */
export function* zooFigures({ loaded, machine }: ZooWanted): Generator<ZooFigures> {
  const timer = machine && createTimer(machine.target, machine.model);
  for (const { id, title, build } of zoo) {
    const analysis = analyze(asCounted(build()));
    if (analysis.problems.length > 0) continue;
    const whole = timer?.whole(analysis);
    const measures = {
      ...measuresOf(analysis, sharingConventions, loaded),
      ...(whole ? { milliseconds: whole.milliseconds } : {}),
    };
    yield { id, title, measures };
  }
}

export type SteerAsk =
  | { readonly kind: 'curve'; readonly ticket: number; readonly request: CurveRequest }
  | { readonly kind: 'zoo'; readonly ticket: number; readonly wanted: ZooWanted }
  | {
      readonly kind: 'make';
      readonly ticket: number;
      readonly design: Design;
      readonly turned: readonly Turned[];
      readonly law: string | undefined;
    }
  | {
      readonly kind: 'knobs';
      readonly ticket: number;
      readonly design: Design;
      readonly asked: readonly NodeId[];
    }
  | {
      readonly kind: 'fit';
      readonly ticket: number;
      readonly design: Design;
      readonly request: FitAsk;
    }
  | { readonly kind: 'stop'; readonly ticket: number };

export type SteerTold =
  | { readonly kind: 'curve'; readonly ticket: number; readonly points: readonly CurvePoint[] }
  | { readonly kind: 'figures'; readonly ticket: number; readonly figures: ZooFigures }
  | { readonly kind: 'figured'; readonly ticket: number }
  | { readonly kind: 'made'; readonly ticket: number; readonly design: Design | undefined }
  | { readonly kind: 'knobs'; readonly ticket: number; readonly found: KnobsFound }
  | { readonly kind: 'progress'; readonly ticket: number; readonly progress: FitProgress }
  | { readonly kind: 'sample'; readonly ticket: number; readonly points: readonly Point[] }
  | { readonly kind: 'ended'; readonly ticket: number; readonly outcome: FitOutcome }
  | { readonly kind: 'failed'; readonly ticket: number; readonly message: string };

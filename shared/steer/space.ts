import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import { leavesOf } from '../analysis/leaves.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import { isMixed } from '../analysis/totals.ts';
import type { Phrase } from '../base/messages.ts';
import { fail, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import { type Loaded, peakUnder, scratchBytesOf } from '../budget/memory.ts';
import type { Design } from '../graph/design.ts';
import { type PaperSharing, paperSharing, type SharingConvention } from '../graph/quantities.ts';
import type { Chain } from './chains.ts';
import { compile, type Evaluator } from './evaluate.ts';
import {
  type Arena,
  type Knob,
  type Steering,
  steeringOf,
  type Timing,
  type TurnedKnob,
  usualValues,
} from './knobs.ts';
import { asCounted, oneSample } from './quantities.ts';
import { findKnob, findKnobs } from './ties.ts';

export const say = messages('steer/space', {
  'no-knobs': 'This design has none.',
  knobs: 'There are {{names}}; and of a node, such as NODE.width.',
  'knob-unknown': ['There is no knob "{{name}}" that can be turned.', '{{knobs}}'],
  'keep-unknown': [
    'There is no knob, stage or layer "{{name}}" that could stay as it is.',
    '{{knobs}} Stages: {{stages}}. Layers: {{layers}}.',
  ],
  'knobs-none': ['There is nothing to turn.', '{{knobs}}'],
  'knob-twice': ['The knob "{{id}}" is named twice.', 'Name it once, with all its values.'],
  'knob-kept': [
    'The knob "{{id}}" is to be turned, but {{keep}} is to stay as it is.',
    'Leave one of the two away.',
  ],
  whole: 'a whole number',
  factor: 'a factor',
  'range-empty': ['The range of "{{id}}" is empty.', 'Give it as LOW..HIGH:STEP, the low end first.'],
  'range-long': ['"{{id}}" has {{count}} values, more than {{most}}.', 'Take larger steps.'],
  'range-wrong': ['"{{id}}" cannot be {{wrong}}.', 'It is {{kind}} from {{min}} to {{max}}.'],
  'knobs-overlap:tied': [
    '"{{first}}" and "{{second}}" turn the same layers, which are tied to each other.',
    'Turn one of them.',
  ],
  'time-unknown': [
    'How long some of this design takes is not known: it has layers that this machine was not measured at.',
    'See which by `netwright plan`; leave the time away, or put layers that run fast in their place.',
  ],
  'arena-unknown': [
    'This engine cannot run this design, so that what it would allocate for it is not known.',
    'See why by `netwright plan`, or count its memory another way.',
  ],
  'knobs-overlap': ['"{{first}}" and "{{second}}" turn the same layers.', 'Turn one of them.'],
});

/** A knob that is to be turned: by name, with the values that it may take, or the usual ones around where it stands. */
export interface Vary {
  readonly knob: string;
  /** In the unit of the parameter; left away, the usual ones around where it stands. */
  readonly values?: readonly number[];
}

/** Which knobs of a design may be turned, and how far. */
export interface SpaceRequest {
  /** Left out: the widths and depths of all stages. */
  readonly vary?: readonly Vary[];
  /** Names of knobs, stages or nodes that stay as they are. */
  readonly keep?: readonly string[];
  /** With it variants are timed, too: on the machine that it knows. */
  readonly timer?: DesignTimer;
  /** Peaks of memory that variants are counted by besides the one with nothing in place. */
  readonly peaks?: readonly SharingConvention[];
  /** How many samples at once, and in which numbers, peaks are counted of; one in float32 when left out. */
  readonly loaded?: Loaded;
}

/** A design with the variants that its knobs span. */
export interface Space {
  readonly steering: Steering;
  readonly evaluator: Evaluator;
  /** Knobs that were found and are not turned. */
  readonly locked: readonly Knob[];
}

/** Values that one knob may have, and variants that a space may: beyond, nothing is counted any more. */
const MOST_VALUES = 100_000;

export function spaceOf(
  design: Design,
  { vary, keep = [], timer, peaks = [], loaded }: SpaceRequest,
): Result<Space> {
  const analysis = analyze(asCounted(design));
  if (analysis.problems.length > 0) return { ok: false, problems: analysis.problems };
  const plain = steeringOf(design, analysis);
  const timing = timer && timingOf(plain, timer);
  if (timer && !timing) return fail(say.at({}, 'time-unknown'));
  const isPlanned = peaks.includes('engineArena');
  const arena = isPlanned ? arenaOf(analysis, loaded) : undefined;
  if (isPlanned && !arena) return fail(say.at({}, 'arena-unknown'));
  const counted = paperSharing.filter((name) => peaks.includes(name) || name === arena?.like);
  const steering = {
    ...plain,
    ...(timing ? { timing } : {}),
    ...(counted.length > 0 || (loaded && isMixed(leavesOf(analysis.topology, analysis.facts)))
      ? { peaks: counted }
      : {}),
    ...(arena ? { arena } : {}),
    ...(loaded ? { loaded } : {}),
  };
  // What ties widths together is found without asking how long each trial takes.
  const found = findKnobs(plain);
  for (const name of keep)
    if (!isKnown(name, found, steering)) return fail(unknownKept(name, found, steering));
  const turned: TurnedKnob[] = [];
  const names: readonly Vary[] = vary ?? found.filter(isTurnedByDefault).map(({ id }) => ({ knob: id }));
  for (const { knob: id, values } of names) {
    const knob = findKnob(plain, id);
    if (!knob) return fail(unknownName(id, found));
    if (turned.some(({ knob: other }) => other.id === id)) return fail(twice(id));
    const kept = without(knob, keep);
    if (!kept) {
      if (vary) return fail(keptAndVaried(id, keep));
      continue;
    }
    const wrong = values && wrongValues(kept, values);
    if (wrong) return fail(wrong);
    const given = [...new Set(values ?? usualValues(kept))].sort((a, b) => a - b);
    turned.push({ knob: kept, values: given });
  }
  const overlap = overlapOf(turned);
  if (overlap) return fail(overlap);
  if (turned.length === 0) return fail(nothingToTurn(found));
  const locked = found.filter((knob) => !turned.some(({ knob: { id } }) => id === knob.id));
  return succeed({ steering, evaluator: compile(steering, turned), locked });
}

/** How variants are timed; undefined where of some of the design the time is not known. */
function timingOf(steering: Steering, timer: DesignTimer): Timing | undefined {
  const original = timer.whole(steering.analysis);
  if (!original) return undefined;
  const timing = { timer, original, scale: 1 };
  const pieces = compile({ ...steering, timing }, []).measure([])?.milliseconds ?? 0;
  return pieces > 0 ? { ...timing, scale: original.milliseconds / pieces } : undefined;
}

/** What comes nearest to the engine's own sharing: what is fused has no place, and what is concatenated lies in the whole. */
const LIKE_THE_ENGINE: PaperSharing = 'concatFree';

/** How the engine's arena goes with a peak that is known of every variant; undefined where there is no plan. */
function arenaOf(analysis: Analysis, loaded: Loaded = oneSample): Arena | undefined {
  const planned = peakUnder(analysis, 'engineArena', loaded);
  const counted = peakUnder(analysis, LIKE_THE_ENGINE, loaded) ?? 0;
  if (planned === undefined || counted === 0) return undefined;
  return { like: LIKE_THE_ENGINE, scale: (planned - scratchBytesOf(analysis, loaded.batch)) / counted };
}

function isTurnedByDefault({ kind, step }: Knob): boolean {
  return (kind === 'width' && step > 0) || kind === 'depth';
}

/** The knob without the nodes that stay; undefined where none is left. */
function without(knob: Knob, keep: readonly string[]): Knob | undefined {
  const stage = knob.id.slice(0, Math.max(0, knob.id.lastIndexOf('.')));
  if (keep.includes(knob.id) || keep.includes(stage)) return undefined;
  const nodes = knob.nodes.filter((id) => !keep.includes(id));
  if (nodes.length === knob.nodes.length) return knob;
  return nodes.length === 0 || knob.kind === 'depth' ? undefined : { ...knob, nodes };
}

function isKnown(name: string, found: readonly Knob[], { design, stages }: Steering): boolean {
  return (
    Object.hasOwn(design.nodes, name) ||
    stages.some((stage) => stage.name === name) ||
    found.some(({ id }) => id === name)
  );
}

/** No message lists more names of a kind. */
const MOST_NAMES = 24;

const namesIn = (names: readonly string[]): string =>
  `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;

function listed(found: readonly Knob[]): Phrase {
  if (found.length === 0) return say.part('no-knobs');
  return say.part('knobs', { names: namesIn(found.map(({ id, base }) => `${id} (${base})`)) });
}

function unknownKept(name: string, found: readonly Knob[], { design, stages }: Steering): Problem {
  return say.at({}, 'keep-unknown', {
    name,
    knobs: listed(found),
    stages: namesIn(stages.map((stage) => stage.name)),
    layers: namesIn(Object.keys(design.nodes)),
  });
}

function unknownName(name: string, found: readonly Knob[]): Problem {
  return say.at({}, 'knob-unknown', { name, knobs: listed(found) });
}

function twice(id: string): Problem {
  return say.at({}, 'knob-twice', { id });
}

function keptAndVaried(id: string, keep: readonly string[]): Problem {
  return say.at({}, 'knob-kept', { id, keep: keep.join(', ') });
}

function nothingToTurn(found: readonly Knob[]): Problem {
  return say.at({}, 'knobs-none', { knobs: listed(found) });
}

function wrongValues({ id, min, max, kind, step }: Knob, values: readonly number[]): Problem | undefined {
  if (values.length === 0) return say.at({}, 'range-empty', { id });
  if (values.length > MOST_VALUES)
    return say.at({}, 'range-long', { id, count: values.length, most: MOST_VALUES });
  const isFactor = kind === 'width' && step === 0;
  const wrong = values.find(
    (value) => !(value >= min && value <= max) || !(isFactor || Number.isInteger(value)),
  );
  if (wrong === undefined) return undefined;
  return say.at({}, 'range-wrong', { id, wrong, kind: say.part(isFactor ? 'factor' : 'whole'), min, max });
}

/** Two knobs of one kind that turn the same node would be one knob. A factor on all widths goes with any other. */
function overlapOf(turned: readonly TurnedKnob[]): Problem | undefined {
  for (const [i, { knob }] of turned.entries())
    for (const { knob: other } of turned.slice(0, i)) {
      const sameKind = knob.kind === other.kind && (knob.step === 0) === (other.step === 0);
      // The units of a chain are alike: what turns one of them turns all.
      const splits = ({ chain }: Knob, { nodes }: Knob): boolean =>
        chain !== undefined && !alike(chain, nodes);
      const shared = knob.nodes.some((id) => other.nodes.includes(id));
      if (!shared || !(sameKind || splits(knob, other) || splits(other, knob))) continue;
      const key = sameKind ? 'knobs-overlap:tied' : 'knobs-overlap';
      return say.at({}, key, { first: other.id, second: knob.id });
    }
  return undefined;
}

/** Whether each place of a chain's unit is turned in all units or in none. */
function alike({ units }: Chain, nodes: readonly string[]): boolean {
  const inside = new Set(nodes);
  const [first] = units;
  return units.every((unit) => unit.every((id, i) => inside.has(id) === inside.has(first![i]!)));
}

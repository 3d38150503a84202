import { produce } from 'immer';
import { analyze, createAnalyzer } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import type { Phrase } from '../base/messages.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  inputPortNames,
  type NodeId,
  type Wire,
  wireBetween,
  wireId,
} from '../graph/design.ts';
import { type Edit, newNode } from '../graph/edits.ts';
import type { Exchange, Instead, Rivals, Row } from './instead.ts';
import { isElementwise, isSum, networkOf, type Step, valuesOf } from './network.ts';
import { common } from './phrases.ts';
import { exchangeBetween, rowOfSteps, rowUpTo, runsOf } from './rows.ts';

/** Rows that are kept: a design has far fewer that differ. */
const MOST_ROWS = 4096;
const BYTES_EACH = 4;

/** Each fix is tried on the whole design: beyond so many of one design, or layers in it, places are timed as they are. */
const MOST_TRIED = 100;
const MOST_LAYERS_TRIED = 4000;

const rows = new WeakMap<DesignTimer, Map<string, number | 'unknown'>>();

/** What a finding is timed by. */
export interface Timed {
  readonly says: Phrase;
  /** What the rule asks for in the place of what there is, where it can tell. */
  readonly instead?: (() => Instead) | undefined;
  /** Where it stands in the design, within a block of the user's own too; undefined for all of it. */
  readonly place?: NodeId | undefined;
  /** What mends it, worked out when it is asked for. */
  edit(): Edit | undefined;
}

/**
 * Tells what breaking a rule costs on a machine that was measured: of rows of layers, each timed once as a design of its
 * own, within a run of the network that they are of. What a rule does not say itself is told by what its fix changes, else
 * by what stands at the place.
 */
export class RuleClock {
  readonly #timer: DesignTimer;
  readonly #design: Design;
  readonly #analysis: Analysis;
  #runBytes: number | undefined;
  #tried = 0;
  #stepsAt: ReadonlyMap<NodeId, readonly Step[]> | undefined;
  /** Knows the design as it is, so that what a fix leaves alone is not worked out again. */
  #analyzer: ReturnType<typeof createAnalyzer> | undefined;

  constructor(timer: DesignTimer, design: Design, analysis: Analysis) {
    this.#timer = timer;
    this.#design = design;
    this.#analysis = analysis;
  }

  /** What a rule says, with milliseconds; as it was where none are known. */
  timed({ says, instead, place, edit }: Timed): Phrase {
    const given = instead?.();
    if (given && 'baseline' in given) return this.#rivals(says, given);
    if (!given && place === undefined) return this.#network(says);
    const exchange = given ?? this.#exchangeBy(edit());
    const told = exchange && this.#exchange(says, exchange);
    return told ?? (place === undefined ? says : this.#place(says, place));
  }

  /** Undefined where of some of it the time is not known, or neither takes any. */
  #exchange(says: Phrase, { now, kept }: Exchange): Phrase | undefined {
    const [here, then] = [this.#millisecondsOf(now), this.#millisecondsOf(kept)];
    if (here === undefined || then === undefined || here + then === 0) return undefined;
    if (kept.length === 0) return common('spent', { says, now: shownTime(here) });
    if (now.length === 0) return common('added', { says, kept: shownTime(then) });
    return common('timed', { says, now: shownTime(here), kept: shownTime(then) });
  }

  #rivals(says: Phrase, { own, baseline }: Rivals): Phrase {
    const [here, there] = [this.#ofAll(own), this.#ofAll(baseline)];
    if (here === undefined || there === undefined) return says;
    return common('rivals', { says, now: shownTime(here), baseline: shownTime(there) });
  }

  #network(says: Phrase): Phrase {
    const all = this.#ofAll(this.#analysis);
    return all === undefined ? says : common('network', { says, now: shownTime(all) });
  }

  /** Of a design as it would run; one that has no outputs yet, of its layers. */
  #ofAll(analysis: Analysis): number | undefined {
    const whole = this.#timer.whole(analysis)?.milliseconds;
    if (whole !== undefined) return whole;
    const sum = this.#millisecondsOf(runsOf(networkOf(analysis).steps).flatMap(rowOfSteps));
    return sum === 0 ? undefined : sum;
  }

  /** What a fix takes away and what it puts there; undefined where it cannot be tried, or changes nothing that runs. */
  #exchangeBy(edit: Edit | undefined): Exchange | undefined {
    const { problems, totals } = this.#analysis;
    if (!edit || problems.length > 0 || totals.unknown > 0 || totals.layers > MOST_LAYERS_TRIED)
      return undefined;
    if (++this.#tried > MOST_TRIED) return undefined;
    this.#analyzer ??= this.#primed();
    const after = this.#analyzer.update(produce(this.#design, edit));
    if (after.problems.length > 0 || after.totals.unknown > 0) return undefined;
    const exchange = exchangeBetween(networkOf(this.#analysis), networkOf(after));
    return exchange.now.length + exchange.kept.length === 0 ? undefined : exchange;
  }

  #primed(): ReturnType<typeof createAnalyzer> {
    const analyzer = createAnalyzer();
    analyzer.update(this.#design, (id) => this.#analysis.facts.get(id));
    return analyzer;
  }

  /** What the layers at a place take, beyond what stands before them and runs as one with them. */
  #place(says: Phrase, place: NodeId): Phrase {
    this.#stepsAt ??= stepsByPlace(networkOf(this.#analysis).steps);
    const steps = this.#stepsAt.get(place);
    if (!steps) return says;
    let sum = 0;
    for (const run of runsOf(steps)) {
      const [first] = run;
      const ahead = first && (isElementwise(first) || isSum(first)) ? rowUpTo(first).slice(0, -1) : [];
      const [all, without] = [[...ahead, ...run], ahead].map((each) =>
        this.#millisecondsOf(rowOfSteps(each)),
      );
      if (all === undefined || without === undefined) return says;
      sum += Math.max(0, all - without);
    }
    return sum > 0 ? common('here', { says, now: shownTime(sum) }) : common('free', { says });
  }

  #millisecondsOf(all: readonly Row[]): number | undefined {
    let sum = 0;
    for (const row of all) {
      const milliseconds = this.#millisecondsOfRow(row);
      if (milliseconds === undefined) return undefined;
      sum += milliseconds;
    }
    return sum;
  }

  #millisecondsOfRow(row: Row): number | undefined {
    // What caches hold goes by the logarithm of what a run passes over: rows of designs that differ little are the same.
    this.#runBytes ??= 2 ** Math.round(Math.log2(Math.max(1, bytesPassedOver(this.#analysis))));
    const known = rows.get(this.#timer) ?? new Map<string, number | 'unknown'>();
    rows.set(this.#timer, known);
    const key = JSON.stringify([row, this.#runBytes]);
    let milliseconds = known.get(key);
    if (milliseconds === undefined) {
      milliseconds = this.#timer.piece(analyze(designOf(row)), this.#runBytes) ?? 'unknown';
      if (known.size >= MOST_ROWS) known.clear();
      known.set(key, milliseconds);
    }
    return milliseconds === 'unknown' ? undefined : milliseconds;
  }
}

/** By the id of each, and by those of the blocks that it is inside of. */
function stepsByPlace(steps: readonly Step[]): ReadonlyMap<NodeId, readonly Step[]> {
  const found = new Map<NodeId, Step[]>();
  for (const step of steps) {
    const { id } = step.facts;
    for (let end = id.length; end > 0; end = id.lastIndexOf('/', end - 1)) {
      const place = id.slice(0, end);
      const list = found.get(place);
      if (list) list.push(step);
      else found.set(place, [step]);
    }
  }
  return found;
}

/** What layers read and write, filters included. */
function bytesPassedOver(analysis: Analysis): number {
  let values = 0;
  for (const { facts, weights } of networkOf(analysis).steps) {
    for (const dims of facts.inputs) values += valuesOf(dims);
    values += (facts.cost?.outputElements ?? 0) + weights;
  }
  return values * BYTES_EACH;
}

/** A row as a design: an input for all that comes in, and an output. */
function designOf({ into, layers }: Row): Design {
  const nodes: Record<NodeId, DesignNode> = {};
  const wires: Record<string, Wire> = {};
  const join = (wire: Wire): void => {
    wires[wireId(wire)] = wire;
  };
  const input = (dims: readonly number[]): NodeId => {
    const id = `input${Object.keys(nodes).length}`;
    const [batch, ...shape] = dims;
    nodes[id] = newNode('input', batch === 1 ? { shape } : { shape: dims, batched: false });
    return id;
  };
  let last = input(into);
  for (const { kind, params, beside } of layers) {
    const id = `layer${Object.keys(nodes).length}`;
    nodes[id] = newNode(kind, params);
    const [first, ...others] = inputPortNames(kind, 1 + beside.length);
    join(wireBetween(last, id, first));
    for (const [i, dims] of beside.entries()) {
      const port = others[i];
      if (port !== undefined) join(wireBetween(input(dims), id, port));
    }
    last = id;
  }
  nodes.output = newNode('output');
  join(wireBetween(last, 'output'));
  return { ...emptyDesign, nodes, wires };
}

/** `12.3 ms`. */
function shownTime(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : milliseconds < 100 ? 1 : 0)} ms`;
}

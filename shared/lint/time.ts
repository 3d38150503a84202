import { analyze } from '../analysis/analyze.ts';
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
import { newNode } from '../graph/edits.ts';
import type { Instead, Rivals, Row } from './instead.ts';
import { networkOf, valuesOf } from './network.ts';
import { common } from './phrases.ts';

/** Rows that are kept: a design has far fewer that differ. */
const MOST_ROWS = 4096;
const BYTES_EACH = 4;

const rows = new WeakMap<DesignTimer, Map<string, number>>();

/**
 * Tells what breaking a rule costs on a machine that was measured: of rows of layers, each timed once as a design of its
 * own, within a run of the network that they are of.
 */
export class RuleClock {
  readonly #timer: DesignTimer;
  readonly #analysis: Analysis;
  #runBytes: number | undefined;

  constructor(timer: DesignTimer, analysis: Analysis) {
    this.#timer = timer;
    this.#analysis = analysis;
  }

  /** What a rule says, with the milliseconds of what is there and of what it asks for. */
  timed(says: Phrase, instead: Instead): Phrase {
    if ('baseline' in instead) return this.#rivals(says, instead);
    const { now, kept } = instead;
    const here = this.#millisecondsOf(now);
    if (!(here > 0)) return says;
    if (kept.length === 0) return common('spent', { says, now: shownTime(here) });
    const then = this.#millisecondsOf(kept);
    return then > 0 ? common('timed', { says, now: shownTime(here), kept: shownTime(then) }) : says;
  }

  #rivals(says: Phrase, { own, baseline }: Rivals): Phrase {
    const [here, there] = [this.#timer.whole(own), this.#timer.whole(baseline)];
    if (!here || !there) return says;
    return common('rivals', {
      says,
      now: shownTime(here.milliseconds),
      baseline: shownTime(there.milliseconds),
    });
  }

  #millisecondsOf(all: readonly Row[]): number {
    return all.reduce((sum, row) => sum + this.#millisecondsOfRow(row), 0);
  }

  #millisecondsOfRow(row: Row): number {
    // What caches hold goes by the logarithm of what a run passes over: rows of designs that differ little are the same.
    this.#runBytes ??= 2 ** Math.round(Math.log2(Math.max(1, bytesPassedOver(this.#analysis))));
    const known = rows.get(this.#timer) ?? new Map<string, number>();
    rows.set(this.#timer, known);
    const key = JSON.stringify([row, this.#runBytes]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const milliseconds = this.#timer.piece(analyze(designOf(row)), this.#runBytes);
    if (known.size >= MOST_ROWS) known.clear();
    known.set(key, milliseconds);
    return milliseconds;
  }
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

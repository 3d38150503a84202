import { leavesOf } from '../analysis/leaves.ts';
import { type MemoryStep, peakOfSteps } from '../analysis/memory.ts';
import { isMixed } from '../analysis/totals.ts';
import type { Dims } from '../base/dims.ts';
import type { Loaded } from '../budget/memory.ts';
import type { DesignNode, NodeId, Wire } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import type { PaperSharing, SharingConvention } from '../graph/quantities.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Arena, Steering, TurnedKnob } from './knobs.ts';
import { longestSide, type Measures, oneSample, seenAlong } from './quantities.ts';
import { blockFactors, paramsAt, reachingOf, scaledBlocks } from './resolve.ts';
import { type PieceMemory, type Summary, summaryOf } from './summary.ts';

/**
 * What a design counts as a function of its knobs. The design is taken apart once, into nodes and chains of equal ones;
 * what each counts is worked out by the analysis the first time that it is needed with these parameters and these
 * inputs, and looked up from then on.
 */
export interface Evaluator {
  readonly knobs: readonly TurnedKnob[];
  /** Where every knob stands at its base. */
  readonly base: readonly number[];
  /**
   * What the design counts where each knob stands at the value of this index; undefined where it then has a problem. The
   * numbers are the analysis's, to the last digit. The object is the same one each time: copy what is kept.
   */
  measure(at: ArrayLike<number>): Measures | undefined;
  /** Multiply-adds of each stage at these values, in the order of the stages. */
  stageMacs(at: ArrayLike<number>): readonly number[] | undefined;
  /** The parameters of every node there, of those alone that are changed. */
  paramsAt(at: ArrayLike<number>): ReadonlyMap<NodeId, ParamValues> | undefined;
}

/** How many variants the knobs' values span. */
export const variantsOf = ({ knobs }: Pick<Evaluator, 'knobs'>): number =>
  knobs.reduce((product, { values }) => product * values.length, 1);

interface Source {
  readonly segment: number;
  readonly port: number;
}

interface Segment {
  /** One node, or the nodes of one unit of a chain. */
  readonly nodes: readonly NodeId[];
  readonly inner: readonly Wire[];
  readonly sources: readonly Source[];
  readonly ends: readonly (readonly Wire['to'][])[];
  /** Places of the knobs that it depends on. */
  readonly places: readonly number[];
  /** The place of the knob that says how deep it is, and how many copies stand elsewhere. */
  readonly depth: { readonly place: number; readonly others: number } | undefined;
  /** Its weights are those of another node. */
  readonly counts: boolean;
  /** Something is run for it that is not run for what stands before it. */
  readonly starts: boolean;
  readonly isInput: boolean;
  readonly stage: number;
  readonly lastUse: number;
  readonly held: readonly boolean[];
  readonly cache: Map<number, Entry | undefined>;
}

/** A summary with its dims by number, for what is looked up a hundred thousand times. */
interface Entry extends Summary {
  readonly dims: Int32Array;
}

class Numbered {
  readonly #numbers = new Map<string, number>();
  readonly dims: Dims[] = [];
  of(dims: Dims): number {
    const key = dims.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.dims.length;
      this.#numbers.set(key, number);
      this.dims.push(dims);
    }
    return number;
  }
}

/** More shapes than one search ever sees; two numbers below it make one that is exact. */
const MOST_DIMS = 1 << 22;

/** The segments of a design, and what each counts: worked out when it is needed first, and kept. */
class SegmentTable {
  readonly segments: readonly Segment[];
  readonly knobs: readonly TurnedKnob[];
  readonly #steering: Steering;
  readonly #reaching: ReturnType<typeof reachingOf>;
  readonly #numbered = new Numbered();
  readonly #pairs = new Map<number, number>();

  constructor(steering: Steering, knobs: readonly TurnedKnob[]) {
    this.knobs = knobs;
    this.#steering = steering;
    this.#reaching = reachingOf(steering, knobs);
    this.segments = segmentsOf(steering, knobs, this.#reaching.byNode, this.#reaching.owned);
  }

  /** What a segment counts with these inputs, by the numbers of their dims; undefined where that is a problem. */
  entryOf(segment: Segment, dims: readonly number[], at: ArrayLike<number>): Entry | undefined {
    let knobKey = 0;
    for (const place of segment.places) knobKey = knobKey * this.knobs[place]!.values.length + at[place]!;
    let shapes = dims.length === 0 ? 0 : dims[0]!;
    for (let i = 1; i < dims.length; i++) {
      const pair = shapes * MOST_DIMS + dims[i]!;
      let number = this.#pairs.get(pair);
      if (number === undefined) {
        number = this.#pairs.size;
        this.#pairs.set(pair, number);
      }
      shapes = number;
    }
    const key = knobKey * MOST_DIMS + shapes;
    const known = segment.cache.get(key);
    if (known !== undefined || segment.cache.has(key)) return known;
    const entry = this.#worked(segment, dims, at);
    segment.cache.set(key, entry);
    return entry;
  }

  /** The nodes of a segment as the knobs say, and the blocks that they may be of. */
  nodesAt(segment: Segment, dims: readonly number[], at: ArrayLike<number>): Nodes | undefined {
    const { design, analysis } = this.#steering;
    const { knobs } = this;
    const reaching = this.#reaching;
    const values = (place: number): number => knobs[place]!.values[at[place]!]!;
    const nodes: (readonly [NodeId, DesignNode])[] = [];
    for (const [i, id] of segment.nodes.entries()) {
      const { weights: _, ...node } = design.nodes[id]!;
      const before = analysis.facts.get(id)!.inputs[0];
      // Within a unit, which keeps its shape, what comes in is what a wider layer before it gives: it has followed already.
      const now = i === 0 && dims.length > 0 ? this.#numbered.dims[dims[0]!] : undefined;
      const places = reaching.byNode.get(id) ?? [];
      const params = paramsAt(node, places, knobs, values, { before, now });
      if (params === undefined) return undefined;
      const once =
        segment.depth !== undefined && Number(params.repeat ?? 1) > 1 ? { ...params, repeat: 1 } : params;
      nodes.push([id, { ...node, params: once }]);
    }
    const factors = blockFactors(reaching, values);
    return { nodes, blocks: scaledBlocks(design.blocks, factors), factors };
  }

  #worked(segment: Segment, dims: readonly number[], at: ArrayLike<number>): Entry | undefined {
    const found = this.nodesAt(segment, dims, at);
    if (!found) return undefined;
    const { timing, peaks, arena, analysis } = this.#steering;
    const isTimed = timing !== undefined && segment.starts;
    const summary = summaryOf(
      {
        ...found,
        inner: segment.inner,
        feeds: segment.ends.map((to, i) => ({
          to,
          dims: this.#numbered.dims[dims[i]!]!,
          held: segment.held[i]!,
        })),
        last: segment.nodes.at(-1)!,
        isRead: segment.lastUse > this.segments.indexOf(segment),
      },
      {
        ...(isTimed ? { timing: { timer: timing.timer, runBytes: timing.original.runBytes } } : {}),
        ...(peaks ? { peaks } : {}),
        ...(arena ? { scratch: true } : {}),
      },
      isTimed ? timing.original : analysis,
    );
    return summary && { ...summary, dims: Int32Array.from(summary.outputs, (out) => this.#numbered.of(out)) };
  }

  /** The parameters that differ from the design's, by node; `inputsOf` says what comes into a segment. */
  changedParams(
    at: ArrayLike<number>,
    inputsOf: (segment: Segment) => readonly number[],
  ): ReadonlyMap<NodeId, ParamValues> {
    const changed = new Map<NodeId, ParamValues>();
    for (const segment of this.segments) {
      const found = this.nodesAt(segment, inputsOf(segment), at);
      for (const [id, node] of found?.nodes ?? []) {
        const own = this.#steering.design.nodes[id]!;
        const { repeat: _, ...params } = node.params;
        if (JSON.stringify(own.params) !== JSON.stringify({ ...own.params, ...params }))
          changed.set(id, params);
      }
    }
    return changed;
  }
}

/** What a design without nodes counts. */
const nothing: { -readonly [name in keyof Measures]: Measures[name] } = {
  macs: 0,
  otherOps: 0,
  params: 0,
  statistics: 0,
  outputElements: 0,
  peakBytes: 0,
  depth: 0,
  fieldPixels: 0,
  inputPixels: 0,
};

export function compile(steering: Steering, knobs: readonly TurnedKnob[]): Evaluator {
  const table = new SegmentTable(steering, knobs);
  const { segments } = table;
  const count = segments.length;
  const base = knobs.map(({ knob, values }) => Math.max(0, values.indexOf(knob.base)));

  // Reused by every call: what each segment gives.
  const entries: (Entry | undefined)[] = new Array(count);
  const inputDims: number[][] = segments.map(({ sources }) => sources.map(() => 0));
  const depths = new Float64Array(count);
  const fields = Array.from({ length: count }, () => new Float64Array(6));
  const dying = new Float64Array(count + 1);
  const measures = { ...nothing };
  const { timing, peaks, arena, loaded = oneSample } = steering;
  const memory = peaks ? new MemoryOfRun(count, loaded) : undefined;
  // In proportion to the samples where all layers have as many.
  const isMixedBatch =
    loaded.batch > 1 && isMixed(leavesOf(steering.analysis.topology, steering.analysis.facts));
  const peakScale = bytesOf(loaded.numbers.activations) * loaded.batch;
  const macsOf = new Float64Array(count);

  const run = (at: ArrayLike<number>): boolean => {
    measures.macs = measures.otherOps = measures.params = measures.statistics = 0;
    measures.outputElements = measures.peakBytes = measures.depth = measures.fieldPixels = 0;
    measures.inputPixels = 0;
    dying.fill(0);
    memory?.begin();
    let live = 0;
    let peak = 0;
    let milliseconds = 0;
    let scratchBytes = 0;
    for (let s = 0; s < count; s++) {
      const segment = segments[s]!;
      const { sources, depth } = segment;
      const dims = inputDims[s]!;
      let free = live;
      let before = 0;
      const field = fields[s]!;
      for (let i = 0; i < sources.length; i++) {
        const { segment: from, port } = sources[i]!;
        const source = entries[from]!;
        dims[i] = source.dims[port]!;
        if (!segment.held[i]) free -= source.readElements;
        if (depths[from]! > before) before = depths[from]!;
        joinField(field, fields[from]!, i === 0);
      }
      if (sources.length === 0) field.set(pixelField);
      let copies = depth === undefined ? 1 : knobs[depth.place]!.values[at[depth.place]!]! - depth.others;
      let entry = copies > 0 ? table.entryOf(segment, dims, at) : entries[sources[0]!.segment];
      if (entry === undefined) return false;
      memory?.enter(s, sources);
      macsOf[s] = 0;
      let isFirst = true;
      while (copies > 0) {
        // Once what comes out has the shape of what goes in, all others count the same.
        const settled = sources.length === 1 && entry.dims[0] === dims[0];
        const times = settled && !isFirst ? copies : 1;
        measures.macs += times * entry.macs;
        macsOf[s]! += times * entry.macs;
        measures.otherOps += times * entry.otherOps;
        milliseconds += times * entry.milliseconds;
        if (entry.scratchBytes > scratchBytes) scratchBytes = entry.scratchBytes;
        if (segment.counts) {
          measures.params += times * entry.params;
          measures.statistics += times * entry.statistics;
        }
        measures.outputElements += times * entry.outputElements;
        before += times * entry.depth;
        for (let i = 0; i < times; i++) extend(field, entry);
        const here = free + (isFirst ? entry.peakHeld : entry.peakFree);
        if (here > peak) peak = here;
        for (let i = 0; memory && i < times; i++) memory.add(entry.memory!);
        copies -= times;
        if (copies > 0 && !settled) {
          dims[0] = entry.dims[0]!;
          entry = table.entryOf(segment, dims, at);
          if (entry === undefined) return false;
        }
        isFirst = false;
      }
      entries[s] = entry;
      depths[s] = before;
      if (before > measures.depth) measures.depth = before;
      const [out] = entry.outputs;
      const side = seenAlong([field[0]!, field[1]!], out);
      if (segment.isInput) measures.inputPixels = Math.max(measures.inputPixels, longestSide(out));
      if (side < Infinity && side > measures.fieldPixels) measures.fieldPixels = side;
      live += entry.readElements;
      dying[segment.lastUse]! += entry.readElements;
      live -= dying[s]!;
    }
    measures.peakBytes = memory && isMixedBatch ? memory.peakBytes : peak * peakScale;
    if (timing) measures.milliseconds = milliseconds * timing.scale;
    if (memory && peaks && peaks.length > 0)
      Object.assign(measures, memory.counted(peaks, arena, scratchBytes));
    return true;
  };

  return {
    knobs,
    base,
    measure: (at) => (run(at) ? measures : undefined),
    stageMacs: (at) => {
      if (!run(at)) return undefined;
      const sums: number[] = steering.stages.map(() => 0);
      for (const [s, { stage }] of segments.entries()) if (stage >= 0) sums[stage]! += macsOf[s]!;
      return sums;
    },
    paramsAt: (at) =>
      run(at)
        ? table.changedParams(at, ({ sources }) =>
            sources.map(({ segment: from, port }) => entries[from]!.dims[port]!),
          )
        : undefined,
  };
}

/** The layers of one variant in order, put together of what its segments know of theirs. */
class MemoryOfRun {
  #steps: MemoryStep[] = [];
  /** How many samples each step works on. */
  #samples: number[] = [];
  readonly #batch: number;
  readonly #elementBytes: number;
  /** By segment and output port, the step that gives it. */
  readonly #outputs: (readonly number[])[];
  #segment = 0;
  #feeds: readonly number[] = [];

  constructor(segments: number, { batch, numbers }: Loaded) {
    this.#batch = batch;
    this.#elementBytes = bytesOf(numbers.activations);
    this.#outputs = new Array(segments);
  }

  begin(): void {
    this.#steps = [];
    this.#samples = [];
  }

  /** What follows is of this segment. One without any layer passes on what comes in. */
  enter(segment: number, sources: readonly Source[]): void {
    this.#segment = segment;
    this.#feeds = sources.map(({ segment: from, port }) => this.#outputs[from]![port]!);
    this.#outputs[segment] = this.#feeds;
  }

  /** One copy of the segment, behind the one before. */
  add({ steps, outputs }: PieceMemory): void {
    const first = this.#steps.length;
    const feeds = this.#feeds;
    const placed = (place: number): number => (place < 0 ? feeds[~place]! : first + place);
    for (const { elements, sources, over, ...part } of steps) {
      const from = sources.map(placed);
      const own = part.isSample ? this.#batch : 1;
      const samples = from.reduce((most, source) => Math.max(most, this.#samples[source]!), own);
      const bytes = elements * samples * this.#elementBytes;
      this.#samples.push(samples);
      this.#steps.push({ bytes, sources: from, over: mapped(over, placed), ...part });
    }
    const given = outputs.map(placed);
    this.#outputs[this.#segment] = given;
    this.#feeds = [given[0]!, ...feeds.slice(1)];
  }

  /** With nothing in place. */
  get peakBytes(): number {
    return peakOfSteps(this.#steps, 'plain').peakBytes;
  }

  counted(
    peaks: readonly PaperSharing[],
    arena: Arena | undefined,
    scratchBytes: number,
  ): Pick<Measures, 'peaks' | 'arenaLeastBytes'> {
    let arenaLeastBytes: number | undefined;
    const counts: { [Each in SharingConvention]?: number } = {};
    for (const convention of peaks) {
      const { peakBytes, leastBytes } = peakOfSteps(this.#steps, convention);
      if (convention === 'greedyArena') arenaLeastBytes = leastBytes;
      counts[convention] = peakBytes;
    }
    if (arena) counts.engineArena = Math.round(arena.scale * counts[arena.like]! + scratchBytes);
    return {
      peaks: counts,
      ...(arenaLeastBytes === undefined ? {} : { arenaLeastBytes }),
    };
  }
}

function mapped(over: MemoryStep['over'], placed: (place: number) => number): MemoryStep['over'] {
  const result: Partial<Record<PaperSharing, readonly number[]>> = {};
  for (const name of Object.keys(over) as PaperSharing[]) result[name] = over[name]!.map(placed);
  return result;
}

interface Nodes {
  readonly nodes: readonly (readonly [NodeId, DesignNode])[];
  readonly blocks: Steering['design']['blocks'];
  readonly factors: ReadonlyMap<string, number>;
}

/** Extent, step and start of a pixel, each along both axes. */
const pixelField = Float64Array.of(1, 1, 1, 1, 0, 0);

/** What several inputs see together: the hull. */
function joinField(into: Float64Array, from: Float64Array, isFirst: boolean): void {
  if (isFirst) {
    into.set(from);
    return;
  }
  for (let axis = 0; axis < 2; axis++) {
    const start = Math.min(into[4 + axis]!, from[4 + axis]!);
    const end = Math.max(into[4 + axis]! + into[axis]!, from[4 + axis]! + from[axis]!);
    into[axis] = end - start;
    into[2 + axis] = Math.max(into[2 + axis]!, from[2 + axis]!);
    into[4 + axis] = start;
  }
}

/** A window over outputs that lie `step` apart sees `step` times as far. */
function extend(field: Float64Array, { reach }: Entry): void {
  // What the analysis cannot tell is not told here either.
  if (reach === undefined) {
    field.fill(Number.NaN);
    return;
  }
  for (let axis = 0; axis < 2; axis++) {
    const extent = reach.extent[axis]!;
    if (extent === Infinity || field[axis] === Infinity) {
      field[axis] = field[2 + axis] = Infinity;
      field[4 + axis] = 0;
      continue;
    }
    const step = field[2 + axis]!;
    field[axis]! += (extent - 1) * step;
    field[4 + axis]! += reach.start[axis]! * step;
    field[2 + axis] = step * reach.step[axis]!;
  }
}

/** The nodes of a design in order, chains of which the depth is turned as one; bypassed nodes are looked through. */
function segmentsOf(
  { design, analysis, stages, timing }: Steering,
  knobs: readonly TurnedKnob[],
  byNode: ReadonlyMap<NodeId, readonly number[]>,
  owned: readonly ReadonlySet<string>[],
): readonly Segment[] {
  const { topology, order, facts } = analysis;
  const chains = new Map<NodeId, { place: number; units: readonly (readonly NodeId[])[]; others: number }>();
  for (const [place, { knob }] of knobs.entries()) {
    if (!knob.chain || knob.kind !== 'depth') continue;
    for (const id of knob.chain.units.flat()) chains.set(id, { ...knob.chain, place });
  }
  const stageOf = new Map(stages.flatMap(({ nodes }, i) => nodes.map((id) => [id, i] as const)));
  const outputs = new Map<NodeId, (port: string) => Source | undefined>();
  const segments: Omit<Segment, 'lastUse' | 'held'>[] = [];
  const lastUse: number[] = [];
  const anyOwned = owned.some((names) => names.size > 0);
  for (const id of order) {
    const node = design.nodes[id]!;
    const { ports } = topology.wirings.get(id)!;
    const sourceOf = (wire: Wire | undefined): Source | undefined =>
      wire && outputs.get(wire.from.node)?.(wire.from.port);
    if (node.bypass === true) {
      const through = sourceOf(ports[0]?.wire);
      outputs.set(id, () => through);
      continue;
    }
    const chain = chains.get(id);
    const isFollower = chain !== undefined && chain.units[0]![0] !== id;
    const place = segments.length;
    if (!isFollower) {
      const nodes = chain ? chain.units[0]! : [id];
      const inside = new Set(nodes);
      const inner = nodes.flatMap((each) =>
        (topology.into.get(each) ?? []).filter(({ from }) => inside.has(from.node)),
      );
      const sources: Source[] = [];
      const ends: Wire['to'][][] = [];
      for (const { name, wire } of ports) {
        const source = sourceOf(wire);
        if (!source) continue;
        const known = sources.findIndex(
          ({ segment, port }) => segment === source.segment && port === source.port,
        );
        const end = { node: id, port: name };
        if (known >= 0) ends[known]!.push(end);
        else {
          sources.push(source);
          ends.push([end]);
        }
        lastUse[source.segment] =
          node.kind === 'output' ? order.length : Math.max(lastUse[source.segment]!, place);
      }
      const places = new Set(nodes.flatMap((each) => byNode.get(each) ?? []));
      if (anyOwned && nodes.some((each) => design.nodes[each]!.kind === 'userBlock'))
        for (const [knob, names] of owned.entries()) if (names.size > 0) places.add(knob);
      lastUse[place] = place;
      segments.push({
        nodes,
        inner,
        sources,
        ends,
        places: [...places],
        depth: chain && { place: chain.place, others: chain.others },
        counts: countsOwn(node, facts),
        starts: timing !== undefined && nodes.some((each) => timing.original.starts.has(each)),
        isInput: node.kind === 'input',
        stage: stageOf.get(id) ?? -1,
        cache: new Map(),
      });
    }
    const own = isFollower ? outputs.get(chain.units[0]![0]!)!('') : { segment: place, port: 0 };
    const names = Object.keys(facts.get(id)!.outputs ?? {});
    outputs.set(
      id,
      (port) => own && { segment: own.segment, port: isFollower ? 0 : Math.max(0, names.indexOf(port)) },
    );
  }
  const ended = lastUse.map((use) => Math.min(use, segments.length));
  return segments.map((segment, place) => ({
    ...segment,
    lastUse: ended[place]!,
    held: segment.sources.map(({ segment: from }) => ended[from]! > place),
  }));
}

/** Whether a node's weights are its own. */
function countsOwn({ weights }: DesignNode, facts: ReadonlyMap<NodeId, unknown>): boolean {
  return weights === undefined || !facts.has(weights);
}

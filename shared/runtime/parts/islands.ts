import type { FlatNetwork, FlatSource, FlatStep } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { isIssue, type Problem, problemAt } from '../../base/problem.ts';
import { layerOf } from '../../layers/index.ts';
import { inputStep, outputStep, withEnds } from './part-network.ts';

/** Layers of one backend that run together on another, such as those without a shader: read back once, uploaded once. */
export interface HostIsland {
  /** Their own network. Its inputs are named as the values that it needs, its outputs in the order of `outputs`. */
  readonly network: FlatNetwork;
  readonly layers: readonly string[];
  /** Names of the values that it needs, by the node that gives them. */
  readonly inputs: readonly string[];
  /** Names of the values that it gives: those that anyone else needs. */
  readonly outputs: readonly string[];
}

export interface SplitNetwork {
  /** The network with each island replaced by inputs named after its outputs. */
  readonly network: FlatNetwork;
  /** By the input names that stand for their outputs. */
  readonly feeds: ReadonlyMap<string, HostIsland>;
  /** Extents of all inputs, islands' outputs among them. */
  readonly inputDims: Readonly<Record<string, Dims>>;
}

export type SplitResult =
  | { readonly ok: true; readonly value: SplitNetwork }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Takes the layers named in `hosted` out of the network, so that what remains can be lowered to shaders. `also` names
 * nodes whose values are wanted, inside islands too. `readsParts` says that every output of what remains can be read back
 * by name, `node#1`; otherwise whoever gives a part to an island goes with it.
 */
export function splitNetwork(
  network: FlatNetwork,
  feedDims: Readonly<Record<string, Dims>>,
  hosted: ReadonlySet<string>,
  also: readonly string[] = [],
  { readsParts = false }: { readonly readsParts?: boolean } = {},
): SplitResult {
  const shapes: (readonly Dims[])[] = [];
  for (const step of network.steps) {
    const shape =
      step.kind === 'input'
        ? [feedDims[step.id] ?? step.outputDims[0]!]
        : layerOf(step.kind).shape({
            params: step.params,
            inputs: step.inputs.map((source) => shapes[source.step]![source.output]!),
          });
    if (isIssue(shape)) return { ok: false, problem: problemAt(step.id, shape) };
    shapes.push(shape);
  }
  const taken = readsParts ? hosted : withProducersOfParts(network, hosted);
  return { ok: true, value: new Splitter(network, shapes, taken, also).split(feedDims) };
}

/** The value that a node gives at an output. */
export function partName(id: string, output: number): string {
  return output === 0 ? id : `${id}#${output}`;
}

class Splitter {
  private readonly steps: readonly FlatStep[];
  private readonly shapes: readonly (readonly Dims[])[];
  private readonly taken: ReadonlySet<string>;
  private readonly also: ReadonlySet<string>;
  private readonly levels: readonly number[];
  /** Steps that read a value, by its name. */
  private readonly readers = new Map<string, readonly number[]>();

  constructor(
    network: FlatNetwork,
    shapes: readonly (readonly Dims[])[],
    taken: ReadonlySet<string>,
    also: readonly string[],
  ) {
    this.steps = network.steps;
    this.shapes = shapes;
    this.taken = taken;
    this.also = new Set(also);
    this.levels = this.findLevels();
    for (const [reader, { inputs }] of this.steps.entries()) {
      for (const source of inputs) {
        const name = this.nameOf(source);
        this.readers.set(name, [...(this.readers.get(name) ?? []), reader]);
      }
    }
  }

  split(feedDims: Readonly<Record<string, Dims>>): SplitNetwork {
    const steps: FlatStep[] = [];
    const placed = new Map<string, FlatSource>();
    const feeds = new Map<string, HostIsland>();
    const inputDims: Record<string, Dims> = { ...feedDims };
    for (const i of this.inOrder()) {
      const step = this.steps[i]!;
      if (!this.taken.has(step.id)) {
        const index = steps.length;
        const inputs = step.inputs.map((source) => placed.get(this.nameOf(source))!);
        steps.push({ ...step, inputs });
        for (const output of this.shapes[i]!.keys()) {
          placed.set(this.nameOf({ step: i, output }), { step: index, output });
        }
        continue;
      }
      const members = this.islandOf(i);
      // An island comes where its last layer was: by then all that it needs is there.
      if (members.at(-1) !== i) continue;
      const island = this.islandFrom(members);
      for (const source of this.needed(members)) {
        const name = this.nameOf(source);
        const dims = this.dimsOf(source);
        inputDims[name] = dims;
        feeds.set(name, island);
        placed.set(name, { step: steps.push(inputStep(name, dims)) - 1, output: 0 });
      }
    }
    return { network: withEnds(steps), feeds, inputDims };
  }

  /** How often the way to a step goes from shaders to the host or back, at most. Steps of a level need no other of it. */
  private findLevels(): readonly number[] {
    const levels: number[] = [];
    for (const { id, inputs } of this.steps) {
      const here = this.taken.has(id);
      const level = inputs.map(({ step }) => {
        const from = this.steps[step]!;
        return from.kind === 'input' ? 0 : levels[step]! + (this.taken.has(from.id) === here ? 0 : 1);
      });
      levels.push(Math.max(0, ...level));
    }
    return levels;
  }

  private inOrder(): readonly number[] {
    return [...this.steps.keys()].sort((a, b) => this.levels[a]! - this.levels[b]! || a - b);
  }

  /** All host layers of its level: no shader comes between them, whichever way. */
  private islandOf(i: number): readonly number[] {
    return [...this.steps.keys()].filter(
      (other) => this.levels[other] === this.levels[i] && this.taken.has(this.steps[other]!.id),
    );
  }

  /** What of an island is wanted outside. */
  private needed(members: readonly number[]): readonly FlatSource[] {
    const inside = new Set(members);
    const all = members.flatMap((step) => [...this.shapes[step]!.keys()].map((output) => ({ step, output })));
    return all.filter(({ step, output }) => {
      const name = this.nameOf({ step, output });
      if (this.also.has(name)) return true;
      return (this.readers.get(name) ?? []).some((reader) => !inside.has(reader));
    });
  }

  private islandFrom(members: readonly number[]): HostIsland {
    const steps: FlatStep[] = [];
    const placed = new Map<string, FlatSource>();
    const inside = new Set(members);
    for (const member of members) {
      for (const source of this.steps[member]!.inputs) {
        const name = this.nameOf(source);
        if (inside.has(source.step) || placed.has(name)) continue;
        placed.set(name, { step: steps.push(inputStep(name, this.dimsOf(source))) - 1, output: 0 });
      }
    }
    const inputs = [...placed.keys()];
    for (const member of members) {
      const step = this.steps[member]!;
      const index = steps.push({
        ...step,
        inputs: step.inputs.map((source) => placed.get(this.nameOf(source))!),
        inputDims: step.inputs.map((source) => this.dimsOf(source)),
        outputDims: this.shapes[member]!,
      });
      for (const output of this.shapes[member]!.keys()) {
        placed.set(this.nameOf({ step: member, output }), { step: index - 1, output });
      }
    }
    const needed = this.needed(members);
    const outputs = needed.map((source) => this.nameOf(source));
    for (const [i, source] of needed.entries()) {
      const from = placed.get(outputs[i]!)!;
      steps.push(outputStep(outputs[i]!, from, this.dimsOf(source)));
    }
    return { network: withEnds(steps), layers: members.map((i) => this.steps[i]!.id), inputs, outputs };
  }

  private nameOf({ step, output }: FlatSource): string {
    return partName(this.steps[step]!.id, output);
  }

  private dimsOf({ step, output }: FlatSource): Dims {
    return this.shapes[step]![output]!;
  }
}

/** A part of a split has no name that could be read back by, so whoever makes it for a host layer is one as well. */
function withProducersOfParts({ steps }: FlatNetwork, hosted: ReadonlySet<string>): ReadonlySet<string> {
  const taken = new Set(hosted);
  for (const { id, inputs } of steps.toReversed()) {
    if (!taken.has(id)) continue;
    for (const { step, output } of inputs) if (output > 0) taken.add(steps[step]!.id);
  }
  return taken;
}

import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import { type Leaf, leavesOf } from '../analysis/leaves.ts';
import type { Dims } from '../base/dims.ts';
import type { Phrase } from '../base/messages.ts';
import { definitionOf } from '../blocks/index.ts';
import type { Group, Reach, Traits } from '../layers/define.ts';
import { isLayerKind, layerOf } from '../layers/index.ts';
import type { ProposedFix, Report } from './define.ts';
import { nameWithin } from './phrases.ts';

type Window = Reach & { readonly kind: 'window' };

/** One layer as rules see it: blocks are opened and bypassed nodes skipped, so that grouping changes nothing. */
export interface Step {
  readonly index: number;
  readonly facts: NodeFacts;
  /** The node of the design that it is, or is inside of. */
  readonly owner: NodeFacts;
  readonly group: Group;
  readonly traits: Traits;
  /** What feeds it, one for each port that is wired to something known. */
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  /** Of its first input, and of its first output. */
  readonly into: Dims | undefined;
  readonly out: Dims | undefined;
  readonly is: Roles;
  /** How it looks at maps, where it does so window by window; undefined for what sees all or one position, or fits nowhere. */
  readonly window: Window | undefined;
  readonly macs: number;
  /** Trained parameters. */
  readonly weights: number;
}

/** What a layer is for, as far as rules ask of each. */
export interface Roles {
  /** Looks at a map with learned filters, and does not enlarge it. */
  readonly convolution: boolean;
  readonly norm: boolean;
  /** A function of each element by itself. */
  readonly activation: boolean;
  /** Adds values of one shape, channel by channel. */
  readonly sum: boolean;
  /** Puts channels of several maps side by side. */
  readonly concat: boolean;
}

/** A sum of two paths that part at one step: a residual block. */
export interface Residual {
  readonly sum: Step;
  readonly fork: Step;
  /** From the fork to the sum, both left out. */
  readonly branch: readonly Step[];
  readonly shortcut: readonly Step[];
}

/** A run of blocks on maps of one size. */
export interface Stage {
  readonly blocks: readonly Residual[];
  readonly width: number;
  readonly map: readonly [number, number];
}

export interface Network {
  readonly steps: readonly Step[];
  /** Steps that everything passes through: what comes later takes nothing from before them. */
  readonly trunk: readonly Step[];
  readonly residuals: readonly Residual[];
  readonly stages: readonly Stage[];
  /** Height times width of the largest input; 0 where none is a map. */
  readonly inputArea: number;
}

const networks = new WeakMap<readonly Leaf[], Network>();

/** Worked out once for each analysis, for all rules. */
export function networkOf({ topology, facts }: Analysis): Network {
  const leaves = leavesOf(topology, facts);
  const known = networks.get(leaves) ?? new LinkedNetwork(leaves, facts);
  networks.set(leaves, known);
  return known;
}

/** What follows from the facts is shared by the steps of every analysis in which they are the same. */
class LinkedStep implements Step {
  readonly index: number;
  readonly facts: NodeFacts;
  readonly before: readonly LinkedStep[];
  after: LinkedStep[] = nobody;
  readonly #own: OwnOfStep;
  readonly #all: Analysis['facts'];

  constructor(index: number, { facts, kind }: Leaf, before: readonly LinkedStep[], all: Analysis['facts']) {
    this.index = index;
    this.facts = facts;
    this.before = before;
    this.#own = ownOf(facts, kind);
    this.#all = all;
  }

  get owner(): NodeFacts {
    return ownerOf(this.facts, this.#all);
  }
  get group(): Group {
    return this.#own.group;
  }
  get traits(): Traits {
    return this.#own.traits;
  }
  get into(): Dims | undefined {
    return this.#own.into;
  }
  get out(): Dims | undefined {
    return this.#own.out;
  }
  get is(): Roles {
    return this.#own.is;
  }
  get window(): Window | undefined {
    return this.#own.window;
  }
  get macs(): number {
    return this.#own.macs;
  }
  get weights(): number {
    return this.#own.weights;
  }
}

const nobody: LinkedStep[] = [];
/** Most feed one, for which a list that grew would keep room for seventeen; some feed thousands. */
const FEW = 4;

/** What only some rules ask for is worked out when they do. */
class LinkedNetwork implements Network {
  readonly steps: readonly Step[];
  #trunk: readonly Step[] | undefined;
  #residuals: readonly Residual[] | undefined;
  #stages: readonly Stage[] | undefined;
  #inputArea: number | undefined;

  constructor(leaves: readonly Leaf[], facts: Analysis['facts']) {
    const steps: LinkedStep[] = [];
    for (let index = 0; index < leaves.length; index++) {
      const leaf = leaves[index]!;
      const before = sourcesOf(leaf.inputs, steps);
      const step = new LinkedStep(index, leaf, before, facts);
      for (const source of before) {
        if (source.after.length >= FEW) source.after.push(step);
        else source.after = [...source.after, step];
      }
      steps.push(step);
    }
    this.steps = steps;
  }

  get trunk(): readonly Step[] {
    this.#trunk ??= trunkOf(this.steps);
    return this.#trunk;
  }
  get residuals(): readonly Residual[] {
    this.#residuals ??= this.steps.flatMap((step) => residualAt(step) ?? []);
    return this.#residuals;
  }
  get stages(): readonly Stage[] {
    this.#stages ??= stagesOf(this.residuals);
    return this.#stages;
  }
  get inputArea(): number {
    this.#inputArea ??= this.steps
      .filter(({ before, group }) => before.length === 0 && group === 'io')
      .reduce((most, step) => Math.max(most, areaOf(step.out)), 0);
    return this.#inputArea;
  }
}

function sourcesOf(inputs: Leaf['inputs'], steps: readonly LinkedStep[]): readonly LinkedStep[] {
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return [steps[only.step]!];
  return inputs.flatMap((source) => (source === undefined ? [] : [steps[source.step]!]));
}

type OwnOfStep = Pick<Step, 'group' | 'traits' | 'is' | 'into' | 'out' | 'window' | 'macs' | 'weights'>;

const owns = new WeakMap<NodeFacts, OwnOfStep>();

/** What of a step follows from its facts alone: those that an edit left as they were are known. */
function ownOf(facts: NodeFacts, kind: Leaf['kind']): OwnOfStep {
  const known = owns.get(facts);
  if (known) return known;
  const { node, inputs, outputs, cost } = facts;
  const group = definitionOf(kind).group;
  const traits = isLayerKind(kind) ? layerOf(kind).traits(node.params) : {};
  const out = outputs && Object.values(outputs)[0];
  // What fits nowhere looks at nothing: its problem is told elsewhere, and its costs are no numbers to speak of.
  const window = out && windowOf(facts);
  const own: OwnOfStep = {
    group,
    traits,
    is: rolesOf(facts, { group, traits, window, out }),
    into: inputs[0],
    out,
    window,
    macs: cost?.macs.value ?? 0,
    weights: cost?.params.value ?? 0,
  };
  owns.set(facts, own);
  return own;
}

function rolesOf(
  { inputs, node: { params } }: NodeFacts,
  { group, traits, window, out }: Pick<Step, 'group' | 'traits' | 'window' | 'out'>,
): Roles {
  const joins = group === 'merge' && traits.linear === true && inputs.length > 1;
  const channels = channelsOf(out);
  return {
    convolution: traits.weighted === true && window !== undefined && smallest(window.stride) >= 1,
    norm: group === 'normalisation' && traits.identity !== true,
    activation: group === 'activation' && params.axis === undefined && traits.identity !== true,
    sum: joins && inputs.every((dims) => channelsOf(dims) === channels),
    concat: joins && inputs.reduce((sum, dims) => sum + (channelsOf(dims) ?? 0), 0) === channels,
  };
}

/** The node of the design: the longest beginning of a path that names one. */
function ownerOf(own: NodeFacts, facts: Analysis['facts']): NodeFacts {
  for (let id = own.id; ; id = id.slice(0, id.lastIndexOf('/'))) {
    const found = facts.get(id);
    if (found) return found;
    if (!id.includes('/')) return own;
  }
}

/** How far a layer sees on its map, whatever its kind; undefined where it has no window. */
export function windowOf({ node: { kind, params }, inputs }: NodeFacts): Window | undefined {
  const known = inputs.filter((dims) => dims !== undefined);
  if (!isLayerKind(kind) || known[0]?.length !== 4 || known.length < inputs.length) return undefined;
  const reach = layerOf(kind).reach({ params, inputs: known });
  return reach.kind === 'window' ? reach : undefined;
}

function trunkOf(steps: readonly Step[]): readonly Step[] {
  let needed = 0;
  return steps.filter((step) => {
    const alone = needed <= step.index;
    for (const { index } of step.after) needed = Math.max(needed, index);
    return alone;
  });
}

/** Paths that are longer are no blocks. */
const LONGEST_PATH = 64;

function residualAt(sum: Step): Residual | undefined {
  if (sum.before.length !== 2 || !isSum(sum)) return undefined;
  const [first, second] = sum.before;
  if (first === undefined || second === undefined) return undefined;
  const paths: [Step[], Step[]] = [[], []];
  let [a, b] = [first, second];
  while (a !== b) {
    const [later, path] = a.index > b.index ? ([a, paths[0]] as const) : ([b, paths[1]] as const);
    const next = mainInput(later);
    if (next === undefined || path.length >= LONGEST_PATH) return undefined;
    path.unshift(later);
    if (later === a) a = next;
    else b = next;
  }
  const weighted = (path: readonly Step[]): number => path.filter(({ traits }) => traits.weighted).length;
  const [left, right] = paths;
  const [branch, shortcut] =
    weighted(left) > weighted(right) || (weighted(left) === weighted(right) && left.length >= right.length)
      ? [left, right]
      : [right, left];
  return { sum, fork: a, branch, shortcut };
}

/** Where several meet, the one of the largest map: what a gate weighs, not the gate. */
function mainInput({ before }: Step): Step | undefined {
  return before.length < 2 ? before[0] : before.reduce((a, b) => (areaOf(b.out) > areaOf(a.out) ? b : a));
}

function stagesOf(residuals: readonly Residual[]): readonly Stage[] {
  const stages: { blocks: Residual[]; width: number; map: readonly [number, number] }[] = [];
  for (const block of residuals) {
    const { out } = block.sum;
    if (out?.length !== 4) continue;
    const [, width, height, breadth] = out as [number, number, number, number];
    const last = stages.at(-1);
    if (last && last.map[0] === height && last.map[1] === breadth) {
      last.blocks.push(block);
      last.width = width;
    } else stages.push({ blocks: [block], width, map: [height, breadth] });
  }
  return stages;
}

/** Positions of a map: height times width; 0 for what is no map. */
export function areaOf(dims: Dims | undefined): number {
  return dims?.length === 4 ? dims[2]! * dims[3]! : 0;
}

/** Numbers that a tensor holds for one sample. */
export function valuesOf(dims: Dims | undefined): number {
  return (dims ?? []).slice(1).reduce((product, extent) => product * extent, 1);
}

/** Values that a step reads and writes for one sample: what comes in, what goes out, and weights. */
export function valuesMovedBy({ facts, weights }: Step): number {
  const read = facts.inputs.reduce((total, dims) => total + (dims === undefined ? 0 : valuesOf(dims)), 0);
  return read + (facts.cost?.outputElements ?? 0) + weights;
}

export function channelsOf(dims: Dims | undefined): number | undefined {
  return dims?.[1];
}

/** Looks at a map with learned filters, and does not enlarge it. */
export function isConvolution({ is }: Step): boolean {
  return is.convolution;
}

export function isPointwise(step: Step): boolean {
  return isConvolution(step) && step.traits.mixesChannels === true && largest(step.window!.kernel) === 1;
}

export function groupsOf({ facts }: Step): number {
  const { groups } = facts.node.params;
  return typeof groups === 'number' ? groups : 1;
}

export function isDepthwise(step: Step): boolean {
  if (!isConvolution(step)) return false;
  const groups = groupsOf(step);
  return groups > 1 && groups === channelsOf(step.into);
}

/** Every output sees every input channel, with a kernel larger than 1×1. */
export function isDenseSpatial(step: Step): boolean {
  return isConvolution(step) && step.traits.mixesChannels === true && largest(step.window!.kernel) > 1;
}

export function enlarges({ window }: Step): boolean {
  return window !== undefined && smallest(window.stride) < 1;
}

export function strides({ window }: Step): boolean {
  return window !== undefined && largest(window.stride) > 1;
}

export function isMaxPool({ group, window, traits }: Step): boolean {
  return group === 'pooling' && window !== undefined && traits.linear !== true && traits.nonNegative !== true;
}

export function isPool({ group, window }: Step): boolean {
  return group === 'pooling' && window !== undefined;
}

export function isGlobalPool({ group, window, into, out }: Step): boolean {
  return group === 'pooling' && window === undefined && into?.length === 4 && out !== undefined;
}

export function isNorm({ is }: Step): boolean {
  return is.norm;
}

/** A function of each element by itself. */
export function isActivation({ is }: Step): boolean {
  return is.activation;
}

export function isSum({ is }: Step): boolean {
  return is.sum;
}

/** Puts channels of several maps side by side. */
export function isConcat({ is }: Step): boolean {
  return is.concat;
}

/** Changes values one by one, or channel by channel, and no shape: norms, activations, dropout. */
export function isElementwise(step: Step): boolean {
  return step.before.length === 1 && (isNorm(step) || isActivation(step) || step.traits.identity === true);
}

/** The nearest step before that is no norm, activation or dropout. */
export function sourceOf(step: Step): Step | undefined {
  let [at] = step.before;
  while (at !== undefined && isElementwise(at)) [at] = at.before;
  return at;
}

/** The norms, activations and dropouts right behind, as long as nothing else takes what they take; then what follows. */
export function tailOf(step: Step): { readonly tail: readonly Step[]; readonly next: readonly Step[] } {
  const tail: Step[] = [];
  let { after } = step;
  while (after.length === 1 && isElementwise(after[0]!)) {
    tail.push(after[0]!);
    ({ after } = after[0]!);
  }
  return { tail, next: after };
}

export function largest(pair: readonly number[]): number {
  return Math.max(...pair);
}

export function smallest(pair: readonly number[]): number {
  return Math.min(...pair);
}

/** The residual blocks with more than one of these: all but the first, and the elements that those write and read. */
export function* crowdedBlocks(
  { residuals }: Network,
  isOne: (step: Step) => boolean,
): Iterable<{ readonly sum: Step; readonly spare: readonly Step[]; readonly spareElements: number }> {
  for (const { sum, branch } of residuals) {
    const [, ...spare] = branch.filter(isOne);
    if (spare.length === 0) continue;
    const spareElements = spare.reduce(
      (total, { facts }) => total + 2 * (facts.cost?.outputElements ?? 0),
      0,
    );
    yield { sum, spare, spareElements };
  }
}

/** Depthwise convolutions that a 1×1 follows, with the activation that stands between the two. */
export function* separableConvolutions({ steps }: Network): Iterable<{
  readonly depthwise: Step;
  readonly between: Step | undefined;
  readonly values: number;
}> {
  for (const depthwise of steps) {
    if (!isDepthwise(depthwise)) continue;
    const { tail, next } = tailOf(depthwise);
    if (!next.some(isPointwise)) continue;
    const values = (channelsOf(depthwise.out) ?? 0) * areaOf(depthwise.out);
    yield { depthwise, between: tail.find(isActivation), values };
  }
}

/** The 1×1 behind a depthwise convolution, a squeeze-and-excitation in between or not. */
export function narrowingBehind(step: Step): Step | undefined {
  const { next } = tailOf(step);
  const direct = next.find(isPointwise);
  const gated = next.find(({ group }) => group === 'merge');
  return gated ? tailOf(gated).next.find(isPointwise) : direct;
}

/** What a phrase calls it. */
export function nameOf({ owner, facts }: Step): Phrase {
  return nameWithin(owner, facts);
}

/** A report at the node that a step is or is inside of; what is inside of a block is mended where the block is open. */
export function reportAt(
  { owner, facts }: Step,
  says: Phrase,
  fix?: ProposedFix,
  instead?: Report['instead'],
): Report {
  return {
    node: owner.id,
    says,
    ...(fix && owner === facts ? { fix } : {}),
    ...(instead === undefined ? {} : { instead }),
  };
}

/** Of several reports at one node, the first. */
export function* oncePerNode(reports: Iterable<Report>): Iterable<Report> {
  const told = new Set<string>();
  for (const report of reports) {
    const key = report.node ?? '';
    if (!told.has(key)) yield report;
    told.add(key);
  }
}

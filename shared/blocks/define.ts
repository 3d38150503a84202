import type { Dims } from '../base/dims.ts';
import type { Group, LayerExample, Port, Variant } from '../layers/define.ts';
import type { Params, ParamValues, ValuesOf } from '../schema/params.ts';
import { repeatParam } from './repeat.ts';

/** Names in the state of a program, from the graph on that a node stands in: `attn.in_proj_weight`. */
export interface StateNames {
  /**
   * By the weight, or the parameter that is kept as a tensor; of an Output, by its port its key in the dict that the program
   * gives, or by `list` its place in a list; of an Input of a block, by `list`, `tuple`, `dict` or `star` (`*xs`) the argument that
   * holds it, and by `key` its key in a dict.
   */
  readonly keys?: Readonly<Record<string, string>>;
  /** Of a parameter that is kept: its extents, where it has not one axis. */
  readonly shape?: Dims;
  /** Further names of its module. */
  readonly also?: readonly string[];
  /** False for what the code makes itself and keeps with no checkpoint. */
  readonly persistent?: false;
  /** Weights of the layer that the program's has not: they are what they are at first. */
  readonly absent?: readonly string[];
}

/** One node inside a block. Its id is local to the block. */
export interface InnerNode {
  readonly id: string;
  /** A layer or another block. */
  readonly kind: string;
  /** Only what differs from the defaults. */
  readonly params: ParamValues;
  /**
   * The node's inputs in port order: the id of an inner node, `id:port` for other than its first output, or `@in` for
   * the block's own input port `in`.
   */
  readonly from: readonly string[];
  /** Kept but skipped: its first input is passed on. */
  readonly bypass?: boolean;
  /** Rules that are silenced on it, and why. */
  readonly suppress?: readonly { readonly rule: string; readonly reason: string }[];
  /** The inner node whose weights it uses. */
  readonly weights?: string;
  /** How many learned numbers its weights are made of, where these are not the weights themselves. */
  readonly parameters?: number;
  /** What the program that it came from calls what it keeps, where that is not the node's own name. */
  readonly state?: StateNames;
}

/** What a block is made of, in topological order. */
export interface Fragment {
  readonly nodes: readonly InnerNode[];
  /** For every output port of the block, the inner node (or `id:port`) that feeds it. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Of a block of the user's own: the names of its Inputs, in the order of its ports. */
  readonly inputs?: readonly string[];
}

/** What torchvision calls the modules inside of a block, by inner id: a path below the block's own. */
export type ModuleNames = Readonly<Record<string, string>>;

/** What is true of a node that stands for a small graph, whoever made the graph. */
export interface BlockFace<S extends Params = Params, V = ValuesOf<S>> {
  readonly kind: string;
  readonly title: string;
  readonly group: Group;
  readonly icon: string;
  readonly summary: string;
  /** What else people call it when they look for it, in English and Chinese. */
  readonly words: readonly string[];
  readonly variants: readonly Variant[];
  /** Most networks have some: it is offered before others that fit as well. */
  readonly frequent?: boolean;
  /** Markdown: what it does, why, its source. */
  readonly doc: string;
  readonly formula: string;
  readonly version: number;
  readonly upgrades: Readonly<
    Record<number, (params: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
  >;
  readonly params: S;
  readonly inputs: readonly Port[];
  outputs(params: V): readonly Port[];
  readonly headline: readonly (keyof S & string)[];
  readonly examples: readonly LayerExample<V>[];
}

/** A layer made of layers: a node with parameters that stands for a small graph. Costs and shapes follow from it. */
export interface Block<S extends Params = Params, V = ValuesOf<S>> extends BlockFace<S, V> {
  /** The block once, whatever `repeat` says. */
  expand(params: V): Fragment;
  /** Where torchvision's names are not those of the inner nodes; several where its families differ. */
  moduleNames(params: V): readonly ModuleNames[];
  /** What torchvision calls the i-th of a row of these blocks; `.0`, `.1`, … where nothing is said. */
  copyName(copy: number): string;
}

/** A block whose parameters are not known at compile time. */
export type AnyBlock = Block<Params, ParamValues>;
export type AnyBlockFace = BlockFace<Params, ParamValues>;

type Optional =
  | 'words'
  | 'variants'
  | 'group'
  | 'version'
  | 'upgrades'
  | 'inputs'
  | 'outputs'
  | 'headline'
  | 'moduleNames'
  | 'copyName';

/** Fills in what most blocks share: one input, one output, no upgrades; and that they can repeat. */
export function defineBlock<const K extends string, S extends Params>(
  block: Omit<Block<S>, Optional | 'kind'> & Partial<Pick<Block<S>, Optional>> & { readonly kind: K },
): Block<S> & { readonly kind: K } {
  const { headline = [], ...rest } = block;
  return {
    group: 'block',
    words: [],
    variants: [],
    version: 1,
    upgrades: {},
    inputs: [{ name: 'in', doc: 'The input.' }],
    outputs: () => [{ name: 'out', doc: 'The result.' }],
    moduleNames: () => [{}],
    copyName: (copy) => `.${copy}`,
    ...rest,
    headline: [...headline, 'repeat' as keyof S & string],
    params: { ...block.params, repeat: repeatParam },
  };
}

/** Writes fragments as papers describe blocks: one node after another, branching where told. */
export class FragmentBuilder {
  readonly #nodes: InnerNode[] = [];

  /** Adds a node fed by `from` and returns its id, to feed the next. */
  add(id: string, kind: string, params: ParamValues, ...from: readonly string[]): string {
    this.#nodes.push({ id, kind, params, from });
    return id;
  }

  build(out: string): Fragment {
    return { nodes: this.#nodes, outputs: { out } };
  }
}

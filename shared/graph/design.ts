import type { StateNames } from '../blocks/define.ts';
import { definitionOf, type NodeKind } from '../blocks/index.ts';
import type { ParamValues } from '../schema/params.ts';
import { type Canvas, emptyCanvas, type Point } from './canvas.ts';
import { type Numbers, plainNumbers } from './number-types.ts';
import type { OwnRule, Severity } from './own-rules.ts';
import type { Limit, Quantity } from './quantities.ts';
import type { RunSettings } from './run-settings.ts';

export type { StateNames } from '../blocks/define.ts';
export type { Point } from './canvas.ts';
export type { Severity } from './own-rules.ts';
export { type Limit, type Quantity, quantities } from './quantities.ts';

/**
 * A node's name in its design, unique and readable: `conv1_1`. Letters, digits and `_ - .`, not starting with a digit;
 * `/` joins a block to a node inside it and `:` a node to a port, so neither may occur.
 */
export type NodeId = string;

/** A rule that the user silenced on one node, and why. */
export interface Suppression {
  readonly rule: string;
  readonly reason: string;
}

/** A layer or block of a design. Its shape and cost follow from the whole and are not kept. */
export interface DesignNode {
  readonly kind: NodeKind;
  /** Every parameter, in canonical form. */
  readonly params: ParamValues;
  /** Kept but skipped: its first input is passed on. */
  readonly bypass?: boolean;
  /** Rules that are silent here. */
  readonly suppress?: readonly Suppression[];
  /** The node of the same graph whose weights this one uses; it has none of its own then. */
  readonly weights?: NodeId;
  /** Of an input: what its axes were called where they had no extent, by their place in its shape. */
  readonly open?: OpenAxes;
  /**
   * How many learned numbers its weights are made of, where these are not the weights themselves: weight norm's lengths
   * beside its directions, none of a constant that was written down. Counted in their place.
   */
  readonly parameters?: number;
  /** What the program that it came from calls what it keeps, where that is not the node's own name. */
  readonly state?: StateNames;
}

/** One entry per axis of a shape: its name in the model that it came from, or null where its extent was given there. */
export type OpenAxes = readonly (string | null)[];

/** A port of a node: `out` and `in` for most; `in0`, `in1`, … where a layer takes many. */
export interface PortRef {
  readonly node: NodeId;
  readonly port: string;
}

/** From an output port to an input port. An input takes one wire, an output feeds many. */
export interface Wire {
  readonly from: PortRef;
  readonly to: PortRef;
}

/** A wire's identity: at most one wire joins the same two ports. */
export type WireId = string;

/**
 * What a block of the user's own is made of: a small network with an `input` and an `output` node for each of its
 * ports. An input's shape is the one that the block was made for; where the block is used, it takes the shape that it is given.
 */
export interface BlockDefinition {
  readonly nodes: Readonly<Record<NodeId, DesignNode>>;
  readonly wires: Readonly<Record<WireId, Wire>>;
  readonly layout: Readonly<Record<NodeId, Point>>;
  /** Notes and frames on the block's own canvas. */
  readonly canvas?: Canvas;
  /** The class of a program that the block came from. */
  readonly class?: ClassOrigin;
}

/** The class of a program that a block came from. */
export interface ClassOrigin {
  readonly name: string;
  readonly file?: string;
  /** The first line of what the class says of itself. */
  readonly doc?: string;
  /** What its constructor was called with, in the order of the constructor. */
  readonly arguments?: ClassArguments;
}

/** Arguments of a constructor by name. */
export type ClassArguments = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** By name, which is written as a node's is. A node of kind `userBlock` names the one that it stands for. */
export type BlockDefinitions = Readonly<Record<string, BlockDefinition>>;

/** The design that changes are measured against, pinned as it was. */
export interface Baseline {
  readonly name: string;
  readonly nodes: Readonly<Record<NodeId, DesignNode>>;
  readonly wires: Readonly<Record<WireId, Wire>>;
  readonly blocks: BlockDefinitions;
  readonly numbers: Numbers;
  readonly batch: number;
}

/** Limits that a design is to keep, and the design that shares are of. */
export interface Budget {
  /** In the unit of each quantity: operations, parameters, bytes, pixels or layers. */
  readonly limits: Readonly<Partial<Record<Quantity, Limit>>>;
  readonly baseline?: Baseline;
}

/** Which rules hold for a design. */
export interface LintSettings {
  /** The preset that switches rules on, by name; see `presets`. */
  readonly preset: string;
  /** Severity and options per rule id, over the preset's. */
  readonly rules: Readonly<Record<string, { readonly severity?: Severity; readonly options?: ParamValues }>>;
  /** Rules of one's own. */
  readonly own?: readonly OwnRule[];
}

/** What a design file holds. Plain data: every change is an edit, and all that can be computed is computed. */
export interface Design {
  readonly name: string;
  /** Free text of the author, Markdown. */
  readonly notes: string;
  readonly nodes: Readonly<Record<NodeId, DesignNode>>;
  readonly wires: Readonly<Record<WireId, Wire>>;
  /** Blocks of the user's own, used or not. */
  readonly blocks: BlockDefinitions;
  /** What bytes are counted by. */
  readonly numbers: Numbers;
  /** Samples that memory and time are told for; counts are for one sample. */
  readonly batch: number;
  readonly budget: Budget;
  readonly lint: LintSettings;
  readonly run: RunSettings;
  /** Positions on the canvas; nodes without one are placed by the automatic layout. */
  readonly layout: Readonly<Record<NodeId, Point>>;
  readonly canvas: Canvas;
}

/** A design without nodes, to start from. */
export const emptyDesign: Design = {
  name: 'Untitled',
  notes: '',
  nodes: {},
  wires: {},
  blocks: {},
  numbers: plainNumbers,
  batch: 1,
  budget: { limits: {} },
  lint: { preset: 'recommended', rules: {} },
  run: {},
  layout: {},
  canvas: emptyCanvas,
};

/** Of an id. */
export const MOST_LETTERS = 128;
const idPattern = new RegExp(String.raw`^[\p{L}_][\p{L}\p{N}_.-]{0,${MOST_LETTERS - 1}}$`, 'u');

/** Names that every JavaScript object has, such as `constructor`, are no ids: nodes are kept in plain objects by id. */
export function isNodeId(text: string): boolean {
  return idPattern.test(text) && !(text in Object.prototype);
}

export function wireId({ from, to }: Wire): WireId {
  return `${from.node}:${from.port}>${to.node}:${to.port}`;
}

/** Whether two blocks are made of the same, wherever it stands on the canvas. */
export function sameDefinition(a: BlockDefinition, b: BlockDefinition): boolean {
  return (
    a === b || JSON.stringify([a.nodes, a.wires, a.class]) === JSON.stringify([b.nodes, b.wires, b.class])
  );
}

/** A wire between the first output and the given (or first) input, which is what most layers have. */
export function wireBetween(from: NodeId, to: NodeId, toPort = 'in', fromPort = 'out'): Wire {
  return { from: { node: from, port: fromPort }, to: { node: to, port: toPort } };
}

/** `in1` → 1 for a variadic port `in`; undefined when the name is not one of its ports. */
export function variadicIndex(name: string, port: string): number | undefined {
  if (!port.startsWith(name)) return undefined;
  const digits = port.slice(name.length);
  return /^(0|[1-9]\d{0,4})$/.test(digits) ? Number(digits) : undefined;
}

/**
 * The names of a node's input ports when `wired` of its variadic port are taken: variadic ports are spread to `in0`,
 * `in1`, … with one free port more than are taken, and never fewer than the layer asks for.
 */
export function inputPortNames(kind: NodeKind, wired: number): readonly string[] {
  return definitionOf(kind).inputs.flatMap(({ name, atLeast }) =>
    atLeast === undefined
      ? [name]
      : Array.from({ length: Math.max(atLeast, wired + 1) }, (_, i) => `${name}${i}`),
  );
}

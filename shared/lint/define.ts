import type { Draft } from 'immer';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { Design, NodeId, Severity } from '../graph/design.ts';
import type { Params, ParamValues, ValuesOf } from '../schema/params.ts';

/**
 * `safe` keeps the function, or its cost and shape, as it was and may be applied unseen (`--fix`); `suggested` changes
 * the network and is shown first.
 */
export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'suggested';
  /** It draws the wire whose lack is the reason: it is offered there. */
  readonly connects?: boolean;
  /** An edit, so that it can be previewed, applied and undone like any other. */
  edit(draft: Draft<Design>): void;
}

export interface Report {
  readonly node?: NodeId;
  /** What, why, and what to do, in that order. */
  readonly message: string;
  readonly fix?: Fix;
  /** Worth knowing, whatever the rule's severity: told as `info`. */
  readonly remark?: true;
}

export interface RuleContext<V> {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly options: V;
  /** The nodes that a node's wires come from and go to, bypassed nodes skipped. */
  before(node: NodeId): readonly NodeFacts[];
  after(node: NodeId): readonly NodeFacts[];
}

export interface RuleExample {
  readonly title: string;
  /** A spec as it would stand in a file, wires in short form. */
  readonly spec: object;
  /** The nodes that the rule must find here, undefined for the design as a whole; empty for a good example. */
  readonly finds: readonly (NodeId | undefined)[];
  /** Set where what it finds is but a remark. */
  readonly remark?: true;
}

/** One design rule: what it asks, why, and how to mend what breaks it. Its examples are its tests. */
export interface Rule<S extends Params = Params, V = ValuesOf<S>> {
  /** Kebab-case, as in `vgg-conv-3x3`. */
  readonly id: string;
  readonly title: string;
  /** Markdown: the reason, with its arithmetic. */
  readonly why: string;
  readonly source: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** The presets that switch it on. */
  readonly presets: readonly string[];
  readonly options: S;
  check(at: RuleContext<V>): Iterable<Report>;
  readonly examples: readonly RuleExample[];
}

export type AnyRule = Rule<Params, ParamValues>;

export function defineRule<S extends Params>(rule: Rule<S>): Rule<S> {
  return rule;
}

/** A report with its rule and severity: what the Problems panel and the command list. */
export interface Finding extends Report {
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** Where `node` is a block of the user's own: the place inside that it was found at, as `stage/0/conv`. */
  readonly inside?: NodeId;
  /** Set when the user silenced it on this node. */
  readonly suppressed?: string;
}

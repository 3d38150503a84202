import type { Draft } from 'immer';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { Phrase } from '../base/messages.ts';
import type { Design, NodeId, Severity } from '../graph/design.ts';
import type { Params, ParamValues, ValuesOf } from '../schema/params.ts';
import type { Instead } from './instead.ts';
import type { Phrases } from './phrases.ts';
import type { PresetName } from './presets.ts';

/**
 * `safe` keeps the function, or its cost and shape, as it was and may be applied unseen (`--fix`); `suggested` changes
 * the network and is shown first.
 */
export interface ProposedFix {
  readonly title: Phrase;
  readonly safety: 'safe' | 'suggested';
  /** It draws the wire whose lack is the reason: it is offered there. */
  readonly connects?: boolean;
  /** An edit, so that it can be previewed, applied and undone like any other. */
  edit(draft: Draft<Design>): void;
}

/** A fix as it is shown. */
export interface Fix extends Omit<ProposedFix, 'title'> {
  /** In English; `says` is what other languages go by. */
  readonly title: string;
  /** What other languages go by. */
  readonly says: Phrase;
}

/** What a rule has to say about a node, or about the design as a whole. */
export interface Report {
  readonly node?: NodeId;
  /** What, why, and what to do, in that order. */
  readonly says: Phrase;
  /** May be worked out when it is asked for. */
  readonly fix?: ProposedFix | undefined;
  /** What breaking the rule is timed by, where a machine was measured; worked out when it is asked for. */
  readonly instead?: () => Instead;
  /** Worth knowing, whatever the rule's severity: told as `info`. */
  readonly remark?: true;
}

/** What a rule is given to look at. */
export interface RuleContext<V> {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly options: V;
  /** The nodes that a node's wires come from and go to, bypassed nodes skipped. */
  before(node: NodeId): readonly NodeFacts[];
  after(node: NodeId): readonly NodeFacts[];
}

/** A design that a rule is tried on, and what it must find there. */
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
export interface Rule<S extends Params = Params, V = ValuesOf<S>, P extends Phrases = Phrases> {
  /** Kebab-case, as in `vgg-conv-3x3`. */
  readonly id: P['rule'];
  /** All that it can say, in English. */
  readonly says: P;
  readonly title: string;
  /** Markdown: the reason, with its arithmetic. */
  readonly why: string;
  readonly source: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** The presets that switch it on. */
  readonly presets: readonly PresetName[];
  /** Rules that ask for the opposite, and what to make of it: never in one preset with this one. */
  readonly contradicts?: Readonly<Record<string, string>>;
  /** The code of the problem that it tells more of: where a node has that problem, both are told as one thing. */
  readonly tellsMoreOf?: string;
  readonly options: S;
  /** What it finds; undefined where it found nothing for a while, so that others get their turn. */
  check(at: RuleContext<V>): Iterable<Report | undefined>;
  readonly examples: readonly RuleExample[];
}

/** A rule, whatever its options are. */
export type AnyRule = Rule<Params, ParamValues>;

/** A rule is called as its phrases are. */
export function defineRule<S extends Params, P extends Phrases>(
  rule: Omit<Rule<S, ValuesOf<S>, P>, 'id'>,
): Rule<S, ValuesOf<S>, P> {
  return { id: rule.says.rule, ...rule };
}

/** A report with its rule and severity: what the Problems panel and the command list. */
export interface Finding extends Omit<Report, 'fix' | 'says' | 'remark' | 'instead'> {
  readonly rule: string;
  /** In English: what, why, and what to do. */
  readonly message: string;
  /** What other languages go by; undefined where it is no rule that speaks. */
  readonly says?: Phrase;
  readonly fix?: Fix | undefined;
  readonly severity: Exclude<Severity, 'off'>;
  /** Where `node` is a block of the user's own: the place inside that it was found at, as `stage/0/conv`. */
  readonly inside?: NodeId;
  /** Set when the user silenced it on this node. */
  readonly suppressed?: string;
}

import type { ParamValue } from '../schema/params.ts';

/** How much a finding weighs; `off` switches a rule off. */
export type Severity = 'error' | 'warning' | 'info' | 'off';

/**
 * What a rule of one's own looks at: nodes that have all of what is named. Each is a pattern, or several of which one must
 * fit; `*` stands for any text. `after` and `before` are kinds of neighbours: what stands right after, or before, one of them.
 */
export const selectKeys = ['kind', 'name', 'group', 'stage', 'block', 'after', 'before'] as const;
/** The nodes that a rule of one's own looks at: all of what is given must hold. */
export type RuleSelector = Readonly<Partial<Record<(typeof selectKeys)[number], string | readonly string[]>>>;

/** A design rule that the user wrote. It is data: the expression is read and worked out by the program, never run as code. */
export interface OwnRule {
  readonly id: string;
  /** Every node where it is empty. */
  readonly select: RuleSelector;
  /** An expression over the facts of a node; where it is true, the rule is broken. */
  readonly when: string;
  /** With placeholders in braces. */
  readonly message: string;
  readonly severity: Severity;
  /** A parameter to set, where that mends it. */
  readonly fix?: { readonly param: string; readonly value: ParamValue };
}

/** Where a rule does not say. */
export const usualSeverity: Severity = 'warning';

/** Files are untrusted: bounds on what is read, well beyond what a rule book needs. */
export const MAX_OWN_RULES = 200;
export const MAX_EXPRESSION_LENGTH = 2_000;
export const MAX_MESSAGE_LENGTH = 2_000;
export const MAX_PATTERNS = 100;

const lengths = new WeakMap<readonly OwnRule[], number>();

/** How much there is to work out at every node, in letters of expressions and patterns. */
export function lengthOf(rules: readonly OwnRule[]): number {
  const known = lengths.get(rules);
  if (known !== undefined) return known;
  let letters = 0;
  for (const { when, select } of rules) {
    letters += when.length;
    for (const patterns of Object.values(select)) letters += [patterns].flat().join('').length;
  }
  lengths.set(rules, letters);
  return letters;
}

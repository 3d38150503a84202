import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Design, NodeId } from '../../graph/design.ts';
import type { OwnRule } from '../../graph/own-rules.ts';
import { phraseInWords } from '../phrases.ts';
import { factNamed, factNames, typeOfFact } from './facts.ts';
import { shownValue } from './message.ts';
import { ownRule } from './rule.ts';
import { chosenBy, subjectsOf } from './select.ts';

/** What a rule says of a design before anyone made it a rule of it. */
export interface Trial {
  /** The nodes that the rule looks at, or at something inside of them, in the order of the design. */
  readonly looksAt: readonly NodeId[];
  /** Those at which it is broken, each with what is told there first. */
  readonly broken: ReadonlyMap<NodeId, { readonly message: string; readonly fix?: string }>;
}

/** Tries a rule on a design; undefined where it is mistaken. `analysis` must be of this design. */
export function tryRule(own: OwnRule, design: Design, analysis: Analysis): Trial | undefined {
  const read = ownRule(own, '$');
  if (!read.ok) return undefined;
  const looksAt = [...new Set(chosenBy(own.select, analysis).map(({ owner }) => owner.id))];
  const broken = new Map<NodeId, { readonly message: string; readonly fix?: string }>();
  const none = (): readonly NodeFacts[] => [];
  for (const report of read.rule.check({ design, analysis, options: {}, before: none, after: none })) {
    if (report?.node === undefined || broken.has(report.node)) continue;
    const { node, says, fix } = report;
    const message = phraseInWords(says);
    broken.set(node, fix ? { message, fix: phraseInWords(fix.title) } : { message });
  }
  return { looksAt, broken };
}

export interface FactOfNode {
  readonly name: string;
  readonly value: string;
}

/** All that expressions can say of a node, as messages would tell it; what is unknown of it is left out. */
export function factsOf(node: NodeId, analysis: Analysis): readonly FactOfNode[] {
  const subject = subjectsOf(analysis).find(({ facts }) => facts.id === node);
  if (!subject) return [];
  return factNames.flatMap((name) => {
    const value = factNamed(name)(subject);
    if (value === undefined) return [];
    const text = shownValue(value);
    return [{ name, value: typeOfFact(name) === 'text' ? `'${text}'` : text }];
  });
}

import { titleKey } from '../../base/messages.ts';
import { catalog } from '../../blocks/index.ts';
import { rules as allRules } from '../../lint/rules.ts';
import type { Words } from '../words.ts';
import { algorithmParts, algorithms } from './algorithms.ts';
import { examples } from './examples.ts';
import { findings } from './findings.ts';
import { limits } from './limits.ts';
import { messages } from './messages.ts';
import { networks } from './networks.ts';
import { nodes } from './nodes.ts';
import { options } from './options.ts';
import { packs } from './packs.ts';
import { params } from './params.ts';
import { rules } from './rules.ts';

const kinds = Object.keys(nodes) as readonly (keyof typeof nodes)[];
const ruleIds = Object.keys(rules) as readonly (keyof typeof rules)[];

/** The texts of every layer, block and rule, by the English ones that their definitions have. */
const defined: Readonly<Record<string, string>> = Object.fromEntries([
  ...kinds.flatMap((kind) => {
    const { title, summary, doc } = catalog[kind];
    return [
      [doc, nodes[kind].doc],
      [summary, nodes[kind].summary],
      [title, nodes[kind].title],
    ] as const;
  }),
  ...ruleIds.flatMap((id) => {
    const rule = allRules[id]!;
    return [
      [rule.why, rules[id].why],
      [rule.source, rules[id].source],
      [rule.title, rules[id].title],
    ] as const;
  }),
]);

const titles = Object.fromEntries(
  kinds.map((kind) => [titleKey(catalog[kind].title), nodes[kind].title] as const),
);

/** Simplified Chinese. */
export const zh: Words = {
  phrases: { ...messages, ...findings, ...titles },
  algorithms,
  algorithmParts,
  texts: { ...examples, ...limits, ...networks, ...packs, ...options, ...params, ...defined },
};

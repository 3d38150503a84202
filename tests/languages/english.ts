import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conventionInfo } from '../../shared/analysis/conventions.ts';
import { catalog } from '../../shared/blocks/index.ts';
import { budgetLimitForms } from '../../shared/formats/spec/quantity.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { quantities } from '../../shared/graph/quantities.ts';
import type { Port } from '../../shared/layers/define.ts';
import { packGroups, presets } from '../../shared/lint/presets.ts';
import { rules } from '../../shared/lint/rules.ts';
import { defaultsOf, type Params, type ParamValues } from '../../shared/schema/params.ts';
import { steerLimitForms } from '../../shared/steer/limits.ts';
import { steerQuantities, steerQuantityTable } from '../../shared/steer/quantities.ts';
import { varyForms } from '../../shared/steer/vary.ts';
import { zoo } from '../../shared/zoo/index.ts';

const samples = join(import.meta.dirname, '../../assets/samples');

function paramTexts(params: Params): readonly string[] {
  return Object.values(params).flatMap((p) => [
    p.title,
    p.doc,
    ...(p.kind === 'choice' ? p.options.map(({ title }) => title) : []),
  ]);
}

/** The outputs that a node has, whatever is chosen for it. */
function outputsOf({ params, outputs }: (typeof catalog)[keyof typeof catalog]): readonly Port[] {
  const usual = defaultsOf(params);
  const choices = Object.entries(params as Params).flatMap(([name, p]) =>
    p.kind === 'choice' ? p.options.map(({ value }) => ({ ...usual, [name]: value })) : [],
  );
  return [usual, ...choices].flatMap((each) => (outputs as (params: ParamValues) => readonly Port[])(each));
}

/** Every text that the definitions of the engine show, in English, with what shows it. */
export const engineTexts: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...Object.values(catalog).map((node): [string, readonly string[]] => [
    node.kind,
    [
      node.title,
      node.summary,
      node.doc,
      ...paramTexts(node.params),
      ...node.inputs.map(({ doc }) => doc),
      ...outputsOf(node).map(({ doc }) => doc),
      ...node.variants.map(({ title }) => title),
      ...node.examples.map(({ title }) => title),
    ],
  ]),
  ...Object.values(rules).map((rule): [string, readonly string[]] => [
    rule.id,
    [
      rule.title,
      rule.why,
      rule.source,
      ...Object.values(rule.contradicts ?? {}),
      ...paramTexts(rule.options),
      ...rule.examples.map(({ title }) => title),
    ],
  ]),
  [
    'limits',
    [
      ...steerQuantities.flatMap((each) => [steerQuantityTable[each].noun, steerLimitForms(each).figure]),
      ...quantities.map(budgetLimitForms),
      varyForms,
    ],
  ],
  ...zoo.map(({ id, summary, build }): [string, readonly string[]] => [id, [summary, build().notes ?? '']]),
  ...packGroups.map(({ title, packs }): [string, readonly string[]] => [
    title,
    [title, ...packs.flatMap((pack) => [presets[pack].title, presets[pack].doc])],
  ]),
  ...Object.entries(conventionInfo).map(([name, { doc }]): [string, readonly string[]] => [name, [doc]]),
  ...readdirSync(samples)
    .filter((name) => name.endsWith('.netwright.json'))
    .map((name): [string, readonly string[]] => {
      const read = readSpec(readFileSync(join(samples, name), 'utf8'));
      if (!read.ok) throw new Error(`The sample ${name} cannot be read.`);
      return [name, [read.value.name, read.value.notes ?? '']];
    }),
]);

/** Names of networks: most are the same in every language. */
export const networkNames: ReadonlySet<string> = new Set(zoo.map(({ title }) => title));

import { analyze } from '../../shared/analysis/analyze.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { Finding } from '../../shared/lint/define.ts';
import { rules } from '../../shared/lint/rules.ts';
import { lint } from '../../shared/lint/run.ts';
import type { ParamValues } from '../../shared/schema/params.ts';

/** A spec as a design that keeps to one rule and to no other. */
export function designFor(rule: string, spec: object, options: ParamValues = {}): Design {
  const read = readSpecObject(spec);
  if (!read.ok)
    throw new Error(read.problems.map(({ message, where }) => `${where.path}: ${message}`).join('\n'));
  const { severity } = rules[rule]!;
  return { ...read.value, lint: { preset: 'none', rules: { [rule]: { severity, options } } } };
}

export function findingsIn(design: Design): readonly Finding[] {
  return lint(design, analyze(design)).findings;
}

/** An example of a rule, by its title. */
export function exampleOf(rule: string, title: string): object {
  const example = rules[rule]!.examples.find((each) => each.title === title);
  if (example === undefined) throw new Error(`${rule} has no example "${title}".`);
  return example.spec;
}

import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { AnyRule, RuleExample } from '../../shared/lint/define.ts';
import { activeRules } from '../../shared/lint/settings.ts';
import type { App } from '../state/app.ts';
import { openArranged } from './files.ts';
import { mayDiscard } from './saving.ts';

/** Opens what a rule is shown by as a design of its own, what is open asked about first; whether it was opened. */
export async function openExample(app: App, rule: AnyRule, { title, spec }: RuleExample): Promise<boolean> {
  const read = readSpec(JSON.stringify({ name: title, ...spec }));
  if (!read.ok || !(await mayDiscard(app))) return false;
  await openArranged(app, withRule(read.value, rule));
  return true;
}

/** A rule of another pack than the example's would have nothing to say of it. */
function withRule(design: Design, { id, severity }: AnyRule): Design {
  const { lint } = design;
  const isOn = activeRules(lint).active.some((each) => each.rule.id === id && each.severity !== 'off');
  if (isOn) return design;
  return { ...design, lint: { ...lint, rules: { ...lint.rules, [id]: { ...lint.rules[id], severity } } } };
}

import { Option } from 'commander';
import { namedTargets, type Target } from '../shared/analysis/targets.ts';
import { targetOf } from '../shared/formats/spec/target.ts';
import { configuredTargets } from './config.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './i18n/language.ts';

const MAX_TARGETS = 100;

const targetForms = (known: readonly Target[]): string =>
  tell`memory and storage such as 256KiB,1MiB, or one of ${known.map(({ name }) => name).join(', ')}`;

/** `--fits`, as often as there are targets. */
export function fitsOption(what: string): Option {
  return new Option(
    '--fits <target>',
    `${what}, in ${targetForms(namedTargets)}, or in one that netwright.config.json names; as often as there are targets`,
  ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

/** What was named, from the configuration of a design first. */
export async function targetsNamed(file: string, names: readonly string[]): Promise<readonly Target[]> {
  if (names.length === 0) return [];
  if (names.length > MAX_TARGETS)
    throw new CommandFailure(tell`--fits: at most ${MAX_TARGETS} can be given.`);
  const own = await configuredTargets(file);
  const known = [...own, ...namedTargets.filter(({ name }) => !own.some((each) => each.name === name))];
  return names.map((name) => {
    const target = targetOf(name, known);
    if (!target) throw new CommandFailure(tell`"${name}" is no target: it must be ${targetForms(known)}.`);
    return target;
  });
}

import { InvalidArgumentError, Option } from 'commander';
import { namedTargets, type Target } from '../shared/analysis/targets.ts';
import { parseLimit } from '../shared/formats/spec/quantity.ts';

const MAX_TARGETS = 100;

const targetForms = `memory and storage such as 256KiB,1MiB, or one of ${namedTargets.map(({ name }) => name).join(', ')}`;

/** `256KiB,1MiB` or a name; undefined for anything else. */
function parseTarget(text: string): Target | undefined {
  const named = namedTargets.find(({ name }) => name === text.toLowerCase());
  if (named) return named;
  const sizes = text.split(',').map((size) => parseLimit(size.trim(), 'memory'));
  const [memory, storage] = sizes;
  if (sizes.length !== 2 || memory?.kind !== 'absolute' || storage?.kind !== 'absolute') return undefined;
  return { name: text, memoryBytes: memory.max, storageBytes: storage.max };
}

/** `--fits`, as often as there are targets. */
export function fitsOption(): Option {
  return new Option(
    '--fits <target>',
    `whether it fits, by type of number, in ${targetForms}; as often as there are targets`,
  ).argParser((text, before: readonly Target[] | undefined): readonly Target[] => {
    const target = parseTarget(text);
    if (!target) throw new InvalidArgumentError(`It must be ${targetForms}.`);
    const targets = [...(before ?? []), target];
    if (targets.length > MAX_TARGETS) throw new InvalidArgumentError(`At most ${MAX_TARGETS} can be given.`);
    return targets;
  });
}

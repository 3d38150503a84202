import { closest } from 'fastest-levenshtein';
import { MAX_SPEC_BYTES } from '../shared/formats/spec/format.ts';
import { readSpec } from '../shared/formats/spec/read.ts';
import type { Design } from '../shared/graph/design.ts';
import { zoo, zooEntry } from '../shared/zoo/index.ts';
import { CommandFailure, failWith } from './failure.ts';
import { readText } from './files.ts';

/** What FILE means, for every command's help. */
export const fileHelp = 'a spec (.json), zoo:NAME, or - for a spec on standard input';

/** Opens what FILE stands for. */
export async function openDesign(file: string): Promise<Design> {
  if (file.startsWith('zoo:')) return openZoo(file.slice('zoo:'.length));
  const result = readSpec(await readText(file, MAX_SPEC_BYTES));
  if (!result.ok) throw failWith(file === '-' ? 'standard input' : file, result.problems);
  return result.value;
}

function openZoo(name: string): Design {
  const entry = zooEntry(name);
  if (entry !== undefined) return entry.build();
  const near = closest(
    name.slice(0, 64),
    zoo.map(({ id }) => id),
  );
  throw new CommandFailure(
    `zoo:${name}: there is no such network. Did you mean zoo:${near}? "netwright zoo" lists all.`,
  );
}

import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/** A network of the zoo as a flat list of layers. */
export function zooNetwork(id: string): FlatNetwork {
  const entry = zooEntry(id);
  if (!entry) throw new RangeError(`The zoo has no "${id}".`);
  const network = flatten(analyze(entry.build()));
  if (!network.ok) throw new RangeError(network.problems.map(({ message }) => message).join('\n'));
  return network.value;
}

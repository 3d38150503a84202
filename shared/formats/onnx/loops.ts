import { renamedNode } from './inline.ts';
import type { OnnxNode, OnnxSubgraph } from './model.ts';

/** More steps than that are no part of a network that one looks at. */
export const MAX_STEPS = 1000;
/** Nodes that all steps of all loops of a model come to: loops in loops would be a small file's way to fill any memory. */
export const MAX_STEP_NODES = 20_000;

/** One step of a loop, its values under names of their own. */
export interface LoopStep {
  /** The nodes, each with the one that it was in the file. */
  readonly nodes: readonly { readonly node: OnnxNode; readonly original: OnnxNode }[];
  /** What its body's inputs, values and outputs are called in this step. */
  renamed(name: string): string;
}

/**
 * The body of a loop as it stands in one step. `carried` are the names of the values that the step before gave; what the
 * body reads of the graph around it keeps its name.
 */
export function loopStep(body: OnnxSubgraph, prefix: string, carried: readonly string[]): LoopStep {
  const names = new Map<string, string>([['', '']]);
  for (const name of body.nodes.flatMap(({ outputs }) => outputs)) names.set(name, `${prefix}/${name}`);
  for (const [i, name] of body.inputs.entries())
    names.set(name, i < 2 ? `${prefix}/${name}` : carried[i - 2]!);
  const renamed = (name: string) => names.get(name) ?? name;
  const nodes = body.nodes.map((original) => {
    const node = renamedNode(original, renamed, () => undefined);
    return { node: { ...node, name: original.name === '' ? '' : `${prefix}/${original.name}` }, original };
  });
  return { nodes, renamed };
}

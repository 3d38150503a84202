import { createAnalyzer } from '../../shared/analysis/analyze.ts';
import type { NodeFacts } from '../../shared/analysis/facts.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';

/** Facts of a layer without a problem: nothing is inside of it, and its node is where the design is. */
export type FarFacts = Omit<NodeFacts, 'node' | 'problems' | 'inside' | 'fragment'>;

/** What is told while a design is worked out elsewhere: how much is done, from 0 to 1, and facts as they are handed over. */
export interface Part {
  readonly share: number;
  readonly facts: readonly FarFacts[];
}

/** So many facts go in a message: it is unpacked before the window may answer. */
const TOGETHER = 256;
/** What comes first takes about so much of the time; the rest is handing over. */
const WORKING = 0.7;

const nothing: readonly FarFacts[] = [];

/**
 * Works out the facts of a design and hands them over, a part at a time. Those of a block hold all that is inside of it: to
 * unpack them takes longer than to work them out, so that they are left to the one who asks.
 */
export function* factsInParts(design: Design): Generator<Part, void> {
  const work = createAnalyzer().updating(design);
  let step = work.next();
  for (; !step.done; step = work.next()) yield { share: WORKING * step.value, facts: nothing };
  const { facts } = step.value;
  let together: FarFacts[] = [];
  let done = 0;
  for (const known of facts.values()) {
    done++;
    if (known.inside === undefined && known.problems.length === 0) together.push(withoutNode(known));
    if (together.length < TOGETHER && done < facts.size) continue;
    yield { share: WORKING + (1 - WORKING) * (done / facts.size), facts: together };
    together = [];
  }
}

function withoutNode({ id, inputs, outputs, weights, cost, reach, blind }: NodeFacts): FarFacts {
  return { id, inputs, outputs, weights, cost, reach, blind };
}

const none: readonly never[] = [];

/** The same facts where the design is: of its own node. One literal, so that they are made as the analyser makes them. */
export function factsHere(far: FarFacts, { nodes }: Pick<Design, 'nodes'>): NodeFacts | undefined {
  const { id, inputs, outputs, weights, cost, reach, blind } = far;
  const node: Design['nodes'][NodeId] | undefined = nodes[id];
  return (
    node && {
      id,
      node,
      inputs,
      outputs,
      weights,
      cost,
      reach,
      blind,
      problems: none,
      inside: undefined,
      fragment: undefined,
    }
  );
}

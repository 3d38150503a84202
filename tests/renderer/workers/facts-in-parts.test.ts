import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { factsHere, factsInParts } from '../../../renderer/workers/facts-in-parts.ts';
import { analyze, createAnalyzer } from '../../../shared/analysis/analyze.ts';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';

import { zooEntry } from '../../../shared/zoo/index.ts';
import { residualNetwork } from '../../bench/large-design.ts';

/** What the page knows once a worker has told all: what goes between them is cloned. */
function handedOver(design: Design): { known: ReadonlyMap<NodeId, NodeFacts>; shares: readonly number[] } {
  const known = new Map<NodeId, NodeFacts>();
  const shares: number[] = [];
  for (const part of factsInParts(structuredClone(design))) {
    const { share, facts } = structuredClone(part);
    shares.push(share);
    for (const far of facts) known.set(far.id, factsHere(far, design)!);
  }
  return { known, shares };
}

/** Such as goes wrong: a wire that is missing, channels that do not fit, and what lies behind them. */
const wrong = produce(zooEntry('resnet18')!.build(), (draft) => {
  const [first] = Object.keys(draft.wires);
  delete draft.wires[first!];
});

describe('facts from a worker', () => {
  it.each([
    ['a residual network', residualNetwork(700), 1],
    ['a network of layers', zooEntry('alexnet')!.build(), 1],
    ['a network of blocks', zooEntry('resnet50')!.build(), 0],
    ['a network that is broken', wrong, 0],
  ] as const)('of %s are those that the page would find itself', (_, design, share) => {
    const { known, shares } = handedOver(design);
    const analyzer = createAnalyzer();
    const here = analyzer.update(design, (id) => known.get(id));
    const alone = analyze(design);
    expect(here.facts).toEqual(alone.facts);
    expect(here.totals).toEqual(alone.totals);
    expect(here.problems).toEqual(alone.problems);
    if (share === 1) expect(here.recomputed).toBe(0);
    expect(here.recomputed).toBeLessThan(alone.recomputed);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('are gone on with: an edit costs what lies behind it, and gives what analysing anew gives', () => {
    const design = residualNetwork(700);
    const { known } = handedOver(design);
    const [here, alone] = [createAnalyzer(), createAnalyzer()];
    here.update(design, (id) => known.get(id));
    alone.update(design);
    const edited = produce(design, (draft) => {
      draft.nodes['unit50.conv_a']!.params.kernel = [5, 5];
    });
    const after = here.update(edited);
    expect(after.facts).toEqual(analyze(edited).facts);
    expect(after.recomputed).toBe(alone.update(edited).recomputed);
  });
});

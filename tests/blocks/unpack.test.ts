import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { type BlockKind, isBlockKind } from '../../shared/blocks/index.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

function unpacked(design: Design): Design {
  return produce(design, (draft) => {
    for (const [id, { kind }] of Object.entries(design.nodes)) if (isBlockKind(kind)) unpackBlock(id)(draft);
  });
}

/** input → block → output; the block gives the name. */
function around(kind: BlockKind, params: ParamValues, channels: number): Design {
  return produce(emptyDesign, (draft) => {
    addNode('input', newNode('input', { shape: [channels, 14, 14] }))(draft);
    addNode('block', newNode(kind, params), { x: 5, y: 7 })(draft);
    addNode('output', newNode('output'))(draft);
    connect({ node: 'input', port: 'out' }, { node: 'block', port: 'in' })(draft);
    connect({ node: 'block', port: 'out' }, { node: 'output', port: 'in' })(draft);
  });
}

const forms: readonly (readonly [BlockKind, ParamValues, number])[] = [
  ['convBnRelu', {}, 3],
  ['residual', { channels: 32 }, 32],
  ['residual', { channels: 48, stride: [2, 2], shortcut: 'projection' }, 32],
  ['residual', { channels: 32, preActivation: true }, 32],
  ['residual', { channels: 64, preActivation: true, shortcut: 'projection' }, 32],
  ['bottleneck', { channels: 16 }, 64],
  ['bottleneck', { channels: 16, shortcut: 'projection', stride: [2, 2], strideOn: '1x1' }, 64],
  ['bottleneck', { channels: 32, groups: 8, expansion: 2 }, 64],
  ['inception', {}, 192],
  ['inception', { largest: '3x3', batchNorm: true }, 192],
];

describe('unpacking a block', () => {
  it.each(forms)('%s %j keeps shapes and every total', (kind, params, channels) => {
    const design = around(kind, params, channels);
    const before = analyze(design);
    const after = analyze(unpacked(design));
    expect(before.problems).toEqual([]);
    expect(after.problems).toEqual([]);
    expect(after.totals).toEqual(before.totals);
    expect(after.facts.get('output')!.inputs).toEqual(before.facts.get('output')!.inputs);
  });

  it.each(['resnet18', 'googlenet', 'resnet50-original'])('%s runs the same layers', (id) => {
    const design = zooEntry(id)!.build();
    const layers = (of: Design): unknown => {
      const flat = flatten(analyze(of));
      if (!flat.ok) throw new Error(flat.problems[0]!.message);
      return flat.value.steps
        .map(({ id: step, kind, outputDims, params }) =>
          JSON.stringify([step.replace('/', '.'), kind, outputDims, params]),
        )
        .sort();
    };
    expect(analyze(unpacked(design)).totals).toEqual(analyze(design).totals);
    expect(layers(unpacked(design))).toEqual(layers(design));
  });

  it('leaves a layer, or nothing, alone', () => {
    const design = around('residual', { channels: 32 }, 32);
    expect(produce(design, unpackBlock('input'))).toBe(design);
    expect(produce(design, unpackBlock('nobody'))).toBe(design);
  });
});

describe('a block that cannot be', () => {
  it('tells of its inside at the block, and names what to do', () => {
    const { problems, facts, totals } = analyze(around('residual', { channels: 64 }, 32));
    expect(problems).toHaveLength(1);
    expect(problems[0]!.where.node).toBe('block');
    expect(problems[0]!.message).toMatch(/32/);
    expect(problems[0]!.message).toMatch(/64/);
    expect(facts.get('block')!.cost).toBeUndefined();
    // The block, and the output that it feeds.
    expect(totals.unknown).toBe(2);
  });
});

import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { expandOnce } from '../../shared/blocks/expansion.ts';
import { type BlockKind, blockOf, blocks } from '../../shared/blocks/index.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { findBlocks } from '../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../shared/graph/fold.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { isLayerKind, layerOf } from '../../shared/layers/index.ts';
import { type Json, readParams } from '../../shared/schema/codec.ts';
import { defaultsOf, type ParamValue, type ParamValues } from '../../shared/schema/params.ts';

const kinds = Object.keys(blocks) as BlockKind[];

const wholeOf = (kind: BlockKind, params: ParamValues): ParamValues => ({
  ...defaultsOf(blockOf(kind).params),
  ...params,
});

const inside = (kind: BlockKind, params: ParamValues) => expandOnce(blockOf(kind), wholeOf(kind, params));

/** inputs → block → outputs. */
function around(kind: BlockKind, params: ParamValues, inputs: readonly Dims[]): Design {
  const block = blockOf(kind);
  return produce(emptyDesign, (draft) => {
    addNode('block', newNode(kind, params))(draft);
    for (const [i, dims] of inputs.entries()) {
      addNode(`input${i}`, newNode('input', { shape: dims.slice(1) }))(draft);
      connect({ node: `input${i}`, port: 'out' }, { node: 'block', port: block.inputs[i]!.name })(draft);
    }
    for (const { name } of block.outputs(wholeOf(kind, params))) {
      addNode(`${name}.end`, newNode('output'))(draft);
      connect({ node: 'block', port: name }, { node: `${name}.end`, port: 'in' })(draft);
    }
  });
}

const examples = kinds.flatMap((kind) => blockOf(kind).examples.map((example) => [kind, example] as const));

/** Every example, and every example with one of its decisions otherwise. */
const forms = examples.flatMap(([kind, { params, inputs }]) => {
  const all = wholeOf(kind, params as ParamValues);
  const others = Object.entries(blockOf(kind).params).flatMap(
    ([name, p]): (readonly [string, ParamValue])[] =>
      p.kind === 'flag'
        ? [[name, all[name] !== true]]
        : p.kind === 'choice'
          ? p.options.map(({ value }) => [name, value])
          : [],
  );
  const changed = others.map(([name, value]) => ({ ...(params as ParamValues), [name]: value }));
  return [params as ParamValues, ...changed].map((form) => [kind, form, inputs] as const);
});

describe('a block does what is published of it', () => {
  test.each(examples)('%s, $title', (kind, { params, inputs, outputs, macs, trainedParams }) => {
    const { facts, problems, totals } = analyze(around(kind, params as ParamValues, inputs));
    const given = facts.get('block')!.outputs!;
    expect(problems).toEqual([]);
    expect(Object.values(given)).toEqual(outputs);
    if (macs !== undefined) expect(totals.macs).toBe(macs);
    if (trainedParams !== undefined) expect(totals.params).toBe(trainedParams);
  });
});

describe.each(kinds)('%s, however it is chosen,', (kind) => {
  const own = forms.filter(([of]) => of === kind);
  const insides = own.map(([, params]) => inside(kind, params));

  test('holds nodes with parameters that they may have', () => {
    for (const { nodes } of insides)
      for (const { kind: inner, params } of nodes) {
        const known = isLayerKind(inner) ? layerOf(inner).params : blockOf(inner as BlockKind).params;
        expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(params)));
        expect(readParams(known, params as Record<string, Json>).issues).toEqual([]);
      }
  });

  test('has no bias in a convolution that a normalisation follows', () => {
    for (const { nodes } of insides)
      for (const { kind: inner, from } of nodes) {
        const before = inner === 'batchNorm' ? nodes.find(({ id }) => from[0] === id) : undefined;
        if (before?.kind === 'conv2d') expect([before.id, before.params.bias]).toEqual([before.id, false]);
      }
  });

  test('gives no two nodes one name in torchvision', () => {
    for (const [i, { nodes }] of insides.entries())
      for (const names of blockOf(kind).moduleNames(wholeOf(kind, own[i]![1]))) {
        const called = nodes.map(({ id }) => names[id] ?? id);
        expect(new Set(called).size).toBe(called.length);
      }
  });

  // Of the rates of an ASPP a fold cannot know how many there are.
  if (kind === 'aspp') return;

  test('is found again where it was unpacked', () => {
    for (const [, params, inputs] of own) {
      const design = around(kind, params, inputs);
      if (analyze(design).problems.length > 0) continue;
      const open = produce(design, unpackBlock('block'));
      const { nodes } = produce(open, foldBlocks(findBlocks(open)));
      expect(Object.keys(nodes)).toHaveLength(Object.keys(design.nodes).length);
      expect(nodes.block!.kind).toBe(kind);
      expect(inside(kind, nodes.block!.params)).toEqual(inside(kind, params));
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { readSpec, readSpecObject } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  wireBetween,
  wireId,
} from '../../../shared/graph/design.ts';
import { defaultsOf } from '../../../shared/schema/params.ts';
import { randomDesign } from './random-design.ts';

function read(text: string): Design {
  const result = readSpec(text);
  if (!result.ok)
    throw new Error(result.problems.map(({ message, where }) => `${where.path}: ${message}`).join('\n'));
  return result.value;
}

function nodeOf(kind: DesignNode['kind'], params = {}): DesignNode {
  return { kind, params: { ...defaultsOf(definitionOf(kind).params), ...params } };
}

describe('writing and reading', () => {
  it('gives back the same design, and the same bytes when written again', () => {
    fc.assert(
      fc.property(randomDesign, (design) => {
        const text = writeSpec(design);
        const back = read(text);
        expect(back).toEqual(design);
        expect(Object.keys(back.nodes)).toEqual(Object.keys(design.nodes));
        expect(writeSpec(back)).toBe(text);
      }),
      { numRuns: 120, seed: 20240 },
    );
  });

  it('reads an object as it reads the text of that object', () => {
    fc.assert(
      fc.property(randomDesign, (design) => {
        const text = writeSpec(design);
        expect(readSpecObject(JSON.parse(text))).toEqual(readSpec(text));
      }),
      { numRuns: 25, seed: 20241 },
    );
  });

  it('keeps two wires into one port, and a wire into a port that does not exist', () => {
    const wires = [wireBetween('a', 'c'), wireBetween('b', 'c'), wireBetween('a', 'c', 'mask')];
    const design: Design = {
      ...emptyDesign,
      nodes: { a: nodeOf('input'), b: nodeOf('input'), c: nodeOf('relu') },
      wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
    };
    const text = writeSpec(design);
    expect(text).toContain('"from": { "in": ["a", "b"], "mask": "a" }');
    expect(read(text)).toEqual(design);
  });
});

/** Written by hand from the description of the format. */
const byHand = `{
  "$schema": "https://netwright.dev/schema/spec-3.json",
  "netwright": 3,
  "name": "Two branches",
  "nodes": [
    { "id": "input", "kind": "input", "params": { "shape": [3, 32, 32] } },
    { "id": "conv1", "kind": "conv2d", "from": "input", "params": { "channels": 16, "kernel": 5, "stride": [1, 2], "padding": [2, 1] } },
    { "id": "conv2", "kind": "conv2d", "from": "input", "params": { "channels": 16, "stride": [1, 2], "padding": "same", "bias": false } },
    { "id": "sum", "kind": "add", "from": ["conv1", "conv2"] },
    { "id": "late", "kind": "add", "from": [null, "sum"] },
    { "id": "tail", "kind": "relu", "from": "sum", "bypass": true, "suppress": [{ "rule": "unreachable-node", "reason": "kept for later" }] }
  ],
  "budget": {
    "macs": "+5%",
    "params": 138000000,
    "baseline": {
      "name": "One convolution",
      "nodes": [
        { "id": "input", "kind": "input" },
        { "id": "conv", "kind": "conv2d", "from": "input" }
      ]
    }
  },
  "lint": {
    "preset": "vgg",
    "rules": {
      "over-budget": "warning",
      "vgg-conv-3x3": { "severity": "error", "options": { "allowPointwise": true } }
    }
  },
  "notes": "# Why\\nBecause.",
  "layout": {
    "input": [0, 0],
    "conv1": [240, 80.5]
  }
}
`;

describe('a spec written by hand', () => {
  it('means what the format says', () => {
    const design = read(byHand);
    expect(design.nodes.conv1).toEqual(
      nodeOf('conv2d', { channels: 16, kernel: [5, 5], stride: [1, 2], padding: [2, 1, 2, 1] }),
    );
    expect(design.nodes.conv2?.params).toMatchObject({ padding: 'same', bias: false });
    expect(Object.keys(design.wires)).toEqual([
      'input:out>conv1:in',
      'input:out>conv2:in',
      'conv1:out>sum:in0',
      'conv2:out>sum:in1',
      'sum:out>late:in1',
      'sum:out>tail:in',
    ]);
    expect(design.nodes.tail).toMatchObject({ bypass: true, suppress: [{ rule: 'unreachable-node' }] });
    expect(design.budget.limits).toEqual({
      macs: { kind: 'increase', percent: 5 },
      params: { kind: 'absolute', max: 138e6 },
    });
    expect(Object.keys(design.budget.baseline?.wires ?? {})).toEqual(['input:out>conv:in']);
    expect(design.lint.rules['vgg-conv-3x3']).toEqual({
      severity: 'error',
      options: { allowPointwise: true },
    });
    expect(design.layout).toEqual({ input: { x: 0, y: 0 }, conv1: { x: 240, y: 80.5 } });
  });

  it('is written as it was typed, since it was in canonical form', () => {
    expect(writeSpec(read(byHand))).toBe(byHand);
  });

  it('may leave out all but the nodes, and may begin with a byte order mark', () => {
    expect(read('\uFEFF{"netwright": 1, "nodes": []}')).toEqual(emptyDesign);
  });
});

import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { newNode, removeAndBridge, removeNodes, setParams } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { editOf, whims } from '../graph/random-edits.ts';

/** What an analysis says, without how it was reached. */
function said({ facts, order, problems, totals }: Analysis): object {
  return { facts: new Map([...facts].sort(([a], [b]) => (a < b ? -1 : 1))), order, problems, totals };
}

describe('an analysis that follows edits', () => {
  it.each(['lenet', 'resnet18'])('says of %s what one from nothing says, whatever was edited', (id) => {
    const start = zooEntry(id)!.build();
    fc.assert(
      fc.property(whims, (sequence) => {
        const analyzer = createAnalyzer();
        analyzer.update(start);
        let design = start;
        for (const whim of sequence) {
          design = produce(design, editOf(design, whim));
          expect(said(analyzer.update(design))).toEqual(said(analyze(design)));
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('works out anew only what lies downstream of a changed parameter', () => {
    const design = zooEntry('googlenet')!.build();
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(design.nodes)),
        fc.integer({ min: 1, max: 900 }),
        (id, n) => {
          const params = design.nodes[id]!.params;
          const size = ['channels', 'features', 'branch1'].find((name) => typeof params[name] === 'number');
          if (size === undefined) return;
          const analyzer = createAnalyzer();
          const before = analyzer.update(design);
          const after = analyzer.update(produce(design, setParams([id], { [size]: n })));
          const downstream = reachable(after.topology, [id], 'after');
          for (const [other, facts] of after.facts) {
            if (other !== id && !downstream.has(other)) expect(facts).toBe(before.facts.get(other));
          }
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  it('stops where a change no longer shows', () => {
    const design = zooEntry('vgg16')!.build();
    const analyzer = createAnalyzer();
    analyzer.update(design);
    // A bias changes no shape: the convolution itself is all there is to do.
    expect(analyzer.update(produce(design, setParams(['conv3_1'], { bias: false }))).recomputed).toBe(1);
    // More filters reach the next convolution, which gives out what it did before: itself, its ReLU, and that one.
    const wider = produce(design, setParams(['conv3_1'], { channels: 300, bias: false }));
    expect(analyzer.update(wider).recomputed).toBe(3);
    expect(analyzer.update(wider).recomputed).toBe(0);
  });

  it('follows what feeds a node since another was taken out between them', () => {
    const design = zooEntry('lenet')!.build();
    const analyzer = createAnalyzer();
    analyzer.update(design);
    const bridged = produce(design, removeAndBridge(['relu1']));
    analyzer.update(bridged);
    const wider = produce(bridged, setParams(['ip1'], { features: 7 }));
    expect(analyzer.update(wider).facts.get('ip2')!.inputs).toEqual([[1, 7]]);
  });

  it('gives the very same facts where no node changed, and what was worked out of them stands', () => {
    const design = zooEntry('lenet')!.build();
    const analyzer = createAnalyzer();
    const { facts } = analyzer.update(design);
    expect(analyzer.update({ ...design, name: 'Other' }).facts).toBe(facts);
  });

  it('opens what there is room for since others repeat less often, and no more than that', () => {
    // 14 layers between an input and an output, 1024 times: 24 of these are 393,216 layers, one more is too much of 400,000.
    const b = new NetworkBuilder();
    b.own('long', 1, 1, (inside) => {
      for (let i = 0; i < 14; i++) inside.add(`r${i}`, 'relu');
    });
    b.input(1, 1);
    // Its kernel is larger than what comes in: nothing behind it is opened, and only counted.
    b.conv('wrong', 1, 3);
    for (let i = 1; i <= 25; i++) b.use(`use${i}`, 'long', 1024);
    const long = b.design('long', '');
    const analyzer = createAnalyzer();
    const refused = (design: Design) =>
      analyzer
        .update(design)
        .problems.flatMap(({ code, where }) => (code === 'design-too-large' ? [where.node] : []));
    expect(refused(long)).toEqual(['use25']);
    expect(refused(produce(long, setParams(['use1'], { repeat: 1 })))).toEqual([]);
    expect(refused(long)).toEqual(['use25']);
  });

  it('keeps how the design is wired as long as its wires and outputs stay', () => {
    const design = zooEntry('vgg16')!.build();
    const analyzer = createAnalyzer();
    const { topology } = analyzer.update(design);
    expect(analyzer.update(produce(design, setParams(['conv3_1'], { channels: 8 }))).topology).toBe(topology);
    expect(analyzer.update(produce(design, removeNodes(['pool1']))).topology).not.toBe(topology);
  });

  it.each(['gridSample', 'split', 'constant', 'maxUnpool'] as const)(
    'sees that a %s stands where another layer stood, between the same wires',
    (kind) => {
      const design = zooEntry('lenet')!.build();
      const analyzer = createAnalyzer();
      analyzer.update(design);
      const swapped: Design = { ...design, nodes: { ...design.nodes, relu1: newNode(kind) } };
      expect(said(analyzer.update(swapped))).toEqual(said(analyze(swapped)));
      const back = { ...swapped, nodes: design.nodes };
      expect(said(analyzer.update(back))).toEqual(said(analyze(design)));
    },
  );

  it('sees that a split has another number of outputs, with the wires that it had', () => {
    const nodes = [
      { id: 'x', kind: 'input', params: { shape: [6, 4, 4] } },
      { id: 's', kind: 'split', from: 'x', params: { parts: 2 } },
      { id: 'r', kind: 'relu', from: 's:out1' },
    ];
    const read = readSpecObject({ netwright: 3, nodes });
    if (!read.ok) throw new Error(read.problems[0]?.message);
    const analyzer = createAnalyzer();
    analyzer.update(read.value);
    const one = produce(read.value, setParams(['s'], { parts: 1 }));
    expect(said(analyzer.update(one))).toEqual(said(analyze(one)));
    expect(analyzer.update(one).facts.get('r')!.outputs).toBeUndefined();
  });

  describe('takes over what is known elsewhere', () => {
    const base = produce(zooEntry('lenet')!.build(), setParams(['conv1'], { padding: [2, 2, 2, 2] }));
    const taken = (design: Design, known: Analysis) => {
      const { facts } = createAnalyzer().update(design, (id) => known.facts.get(id));
      expect(facts).toEqual(analyze(design).facts);
      return [...facts].flatMap(([id, own]) => (own === known.facts.get(id) ? [id] : []));
    };
    const ids = Object.keys(base.nodes);

    it('of the same nodes fed by the same', () => {
      expect(taken(base, analyze(base))).toEqual(ids);
    });

    it('not of one that was changed, nor of one that is fed otherwise', () => {
      // One more channel comes out of the first, and goes through its pool into the second.
      const wider = produce(base, setParams(['conv1'], { channels: 21 }));
      const [first, after] = [ids.indexOf('conv1'), ids.indexOf('conv2')];
      // What the second gives out has the shape that it had: the pool behind it is as it was, but for where that comes from.
      expect(taken(wider, analyze(base))).toEqual(ids.filter((_, i) => i < first || i > after + 1));
      const plain = produce(base, setParams(['conv1'], { bias: false }));
      expect(taken(plain, analyze(base))).toEqual(ids.filter((id) => id !== 'conv1' && id !== 'pool1'));
    });

    it('of what nobody knows the shape of either, but not of what is wrong', () => {
      const broken = produce(base, setParams(['conv1'], { kernel: [90, 90] }));
      expect(taken(broken, analyze(broken))).toEqual(ids.filter((id) => id !== 'conv1'));
      // Here the shapes are known.
      expect(taken(base, analyze(broken))).toEqual(ids.slice(0, ids.indexOf('conv1')));
    });
  });

  it('knows nothing of what waits for itself', () => {
    const spec = {
      netwright: 3,
      nodes: [
        { id: 'a', kind: 'conv2d', from: 'b' },
        { id: 'b', kind: 'relu', from: 'a' },
      ],
    };
    const read = readSpecObject(spec);
    if (!read.ok) throw new Error(read.problems[0]?.message);
    const { facts } = analyze(read.value);
    expect(facts.get('a')).toMatchObject({ inputs: [undefined], weights: [], outputs: undefined });
  });
});

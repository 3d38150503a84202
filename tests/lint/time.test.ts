import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { DesignTimer } from '../../shared/analysis/timer.ts';
import type { Phrase, PhraseValue } from '../../shared/base/messages.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import { type Design, type DesignNode, type Wire, wireId } from '../../shared/graph/design.ts';
import { phraseInWords } from '../../shared/lint/phrases.ts';
import { depthwise, network, pointwise } from '../../shared/lint/rule-examples.ts';
import { rules } from '../../shared/lint/rules.ts';
import { createLinter, lint } from '../../shared/lint/run.ts';
import type { TimeModel } from '../../shared/runtime/time/model.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import { type Law, lawNames, laws } from '../../shared/runtime/time/work.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { designFor } from './alone.ts';

const target = { threads: 1, tilePixels: 6, panelChannels: 16 };

/** A machine where every step takes a millisecond, but for those laws that are told otherwise; maps come in and go out for nothing. */
function machine(others: Readonly<Partial<Record<Law, readonly number[]>>> = {}): TimeModel {
  return Object.fromEntries(
    lawNames.map((law) => {
      const usual = [law === 'in-and-out' ? 0 : 1, ...laws[law].map(() => 0)];
      return [law, { coefficients: others[law] ?? usual, spread: 0.1, steps: 9 }];
    }),
  );
}
const steady = createTimer(target, machine());

function broken(id: string, title: string): Design {
  const rule = rules[id]!;
  const example = rule.examples.find((each) => each.title === title);
  const read = readSpecObject(example!.spec);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const off = Object.fromEntries(Object.keys(rules).map((other) => [other, { severity: 'off' as const }]));
  return {
    ...read.value,
    lint: { preset: 'recommended', rules: { ...off, [id]: { severity: rule.severity } } },
  };
}

const told = (design: Design, timer: DesignTimer = steady): readonly string[] =>
  lint(design, analyze(design), timer).findings.map(({ message }) => message);

describe('what a rule says where the machine was measured', () => {
  it.each([
    // One step as it is. Kept: two 3×3, or three.
    ['large-kernel-stack', 'A 5×5 that keeps its channels', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['large-kernel-stack', 'A 7×7 that keeps its channels', '1.0 ms, and 3.0 ms with the rule kept.'],
    ['factor-asymmetric', 'A 5×5 on 17×17', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['depthwise-separable-saving', 'A dense 3×3', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['reduce-before-spatial', 'VGG, conv5', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['deep-stem', 'The stem of ResNet', '1.0 ms, and 3.0 ms with the rule kept.'],
    ['expensive-last-stage', 'Before the average', '1.0 ms, and 1.0 ms with the rule kept.'],
    // A widening and a depthwise one, or a dense one for both.
    ['fused-early', 'A quarter of the picture', '2.0 ms, and 1.0 ms with the rule kept.'],
    // Four convolutions side by side, or one.
    ['fragmentation', 'Four branches', '4.0 ms, and 1.0 ms with the rule kept.'],
    ['equal-width-conv', 'Six times wider', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['group-count', 'Thirty-two groups, as in ResNeXt', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['cardinality', 'A bottleneck of ResNet', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['channels-multiple', 'Sixty-one', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['depthwise-on-matrix-units', 'Depthwise', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['hard-swish-late', 'At half the size', '1.0 ms, and 1.0 ms with the rule kept.'],
    // Behind a convolution a ReLU runs within it; behind a pool it is a step.
    ['pool-before-relu', 'ReLU, then the maximum', '2.0 ms, and 3.0 ms with the rule kept.'],
    ['no-local-response-norm', 'As in AlexNet', '1.0 ms.'],
    // A ReLU and a sum run within the convolution.
    ['activation-after-depthwise', 'As in Xception', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['shortcut-between-bottlenecks', 'Without', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['dense-growth', 'One of 48', '1.0 ms, and 1.0 ms with the rule kept.'],
    // Two convolutions of a block, as they are and wider.
    ['halved-map-doubles-channels', 'Sixty-four, then 64', '2.0 ms, and 2.0 ms with the rule kept.'],
    // What squeezes and what excites.
    ['squeeze-excite-ratio', 'Not at all', '2.0 ms, and 2.0 ms with the rule kept.'],
    // Three depthwise convolutions; one in the baseline.
    [
      'activations-outgrow-macs',
      'One wide layer became many of one channel each',
      '3.0 ms, and 1.0 ms for the baseline.',
    ],
  ])('%s of "%s"', (rule, title, times) => {
    const [message] = told(broken(rule, title));
    expect(message).toMatch(/\. Predicted on this machine: /);
    expect(message!.split('Predicted on this machine: ')[1]).toBe(times);
  });

  it('is what the laws of that machine say of those layers', () => {
    // A nanosecond for each tap of 3×3: 64 · 28² · 9 = 451,584 of them.
    const taps = laws.depthwise.map((name) => (name === 'taps3' ? 1e-6 : 0));
    const timer = createTimer(target, machine({ depthwise: [0, ...taps] }));
    const [message] = told(broken('depthwise-on-matrix-units', 'Depthwise'), timer);
    expect(message).toMatch(/: 0\.452 ms, and 1\.0 ms with the rule kept\.$/);
  });

  it('counts sums and activations by what a step is without them', () => {
    // r1 runs within the convolution, and both sums are steps of their own, each with the ReLU behind it.
    const [message] = told(broken('elementwise-share', 'Sums and ReLUs and little else'));
    expect(message).toMatch(/Predicted on this machine: [\d.]+ ms, and [\d.]+ ms with the rule kept\.$/);
  });

  it('counts a step behind a layer with what that layer takes, and one behind nothing by itself not at all', () => {
    const spec = network([8, 16, 16], ['relu', 'relu'], ['sum', 'add', {}, ['relu', 'input']]);
    // A ReLU and a sum, and the ReLU alone.
    expect(told(designFor('elementwise-share', spec))[0]).toMatch(
      /: 2\.0 ms, and 1\.0 ms with the rule kept\.$/,
    );
  });

  it('is asked for within a run of what all layers read and write, to the nearest power of two', () => {
    const runs: number[] = [];
    const timer: DesignTimer = {
      whole: () => undefined,
      piece(_, runBytes) {
        runs.push(runBytes);
        return 1;
      },
    };
    // Of 1×16×16 the 1×1 makes 64 channels, and its depthwise one reads and writes those: 256 + 64·256, twice 64·256, and
    // 704 and 128 parameters; the input gives 256. Four bytes each: 202,240, nearest to 2^18; less its outputs far below 2^17.
    const spec = network([1, 16, 16], pointwise('wide', 64), depthwise('dw', 64));
    told(designFor('depthwise-on-matrix-units', spec), timer);
    expect(new Set(runs)).toEqual(new Set([2 ** 18]));
  });

  it.each([
    // 2×2 of 64 channels to 64 in the place of the pool.
    ['generator-learns-sampling', 'A pool', 64 * 64 * 4 * 8 ** 2],
    // 3×3 likewise, beside it.
    ['grid-reduction', 'A pool between two modules, as in GoogLeNet', 64 * 64 * 9 * 14 ** 2],
  ])(
    'times for %s a convolution with the stride of the pool, which has no multiply-adds',
    (rule, title, learned) => {
      const macs: number[] = [];
      const timer: DesignTimer = {
        whole: () => undefined,
        piece({ totals }) {
          macs.push(totals.macs);
          return 1;
        },
      };
      told(broken(rule, title), timer);
      expect(macs).toEqual([0, learned]);
    },
  );

  it('is what stands there takes, where nobody can tell what would stand in its place', () => {
    // One layer between an input and an output is known; two 3×3 are not.
    const timer: DesignTimer = {
      whole: () => undefined,
      piece: ({ facts }) => (facts.size > 3 ? undefined : 1),
    };
    const [message] = told(broken('large-kernel-stack', 'A 5×5 that keeps its channels'), timer);
    expect(message).toMatch(/ Predicted on this machine: 1\.0 ms here\.$/);
  });

  it('is nothing where the machine was not measured, nor at steps of that kind', () => {
    const design = broken('depthwise-on-matrix-units', 'Depthwise');
    const [plain] = lint(design, analyze(design)).findings;
    expect(plain!.message).not.toContain('Predicted');
    expect(told(design, createTimer(target, {}))).toEqual([plain!.message]);
  });

  it('is in the words of a language as much as in English, inside of blocks too', () => {
    const design = { ...zooEntry('mobilenet_v2').build(), lint: { preset: 'shufflenet', rules: {} } };
    const analysis = analyze(design);
    const linter = createLinter();
    const before = linter.update(design, analysis).findings;
    const after = linter.update(design, analysis, steady).findings;
    expect(after.map(({ rule, node }) => `${rule} ${node}`)).toEqual(
      before.map(({ rule, node }) => `${rule} ${node}`),
    );
    const uneven = after.filter(({ rule }) => rule === 'equal-width-conv');
    expect(uneven.length).toBeGreaterThan(3);
    for (const { message, says } of uneven) {
      expect(message).toContain('Predicted on this machine: 1.0 ms, and 1.0 ms with the rule kept.');
      expect(phraseInWords(says!, { 'any:timed': '{{now}}/{{kept}}' })).toBe('1.0 ms/1.0 ms');
    }
  });

  it.each([
    // What the rule computes in its message stands in the place of what there is.
    ['vgg-conv-3x3', "AlexNet's large kernels", '1.0 ms, and 1.0 ms with the rule kept.'],
    ['vgg-pool-2x2', "AlexNet's overlapping pool", '1.0 ms, and 1.0 ms with the rule kept.'],
    ['bottleneck-ratio', "ResNeXt's bottleneck", '1.0 ms, and 1.0 ms with the rule kept.'],
    ['dense-bottleneck', 'Twelve times as many channels', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['kernel-smaller-than-stride', 'The shortcut of ResNet-50', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['alias-before-stride', 'A strided pool', '1.0 ms, and 2.0 ms with the rule kept.'],
    ['patchify-stem', 'The stem of ResNet', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['make-divisible', '0.35 times 32, rounded down to 8', '1.0 ms, and 1.0 ms with the rule kept.'],
    ['low-intensity', 'A fully connected layer over a map, as in VGG', '1.0 ms.'],
    ['clean-shortcut', 'A 1×1 convolution on the shortcut', '1.0 ms.'],
    // A block of two convolutions, its sum run with the second, and a projection.
    ['width-monotone', 'Narrowing', '3.0 ms.'],
    // The shapes are not known before it: what stands on the shortcut then.
    [
      'residual-shape-match',
      'Only the channels differ, and the shortcut comes first',
      '1.0 ms more with the rule kept.',
    ],
    // Of these the fix says what changes: the three layers of the head and their replacement; and where a pool goes that stood
    // between, a ReLU runs within its convolution.
    ['prefer-gap-over-large-fc', 'The head of VGG-16', '3.0 ms, and 2.0 ms with the rule kept.'],
    ['idle-layer', 'A pool of one position', '3.0 ms, and 1.0 ms with the rule kept.'],
    ['vgg-double-channels', 'Three times as many', '1.0 ms, and 1.0 ms with the rule kept.'],
    // Of these neither: what stands there is timed, or all of it.
    ['dilation-gridding', 'Twice, twice, twice', '1.0 ms here.'],
    ['flash-fits', 'Two million', '1.0 ms for the whole network.'],
    ['unfair-comparison', 'Twice as dear', '1.0 ms, and 1.0 ms for the baseline.'],
    // Left away when a network is run.
    ['dropout-before-norm', 'Before', 'no time here.'],
  ])('%s of "%s", derived', (rule, title, times) => {
    const design = broken(rule, title);
    const [plain] = lint(design, analyze(design)).findings;
    expect(told(design)[0]).toBe(`${plain!.message} Predicted on this machine: ${times}`);
  });

  it('is told by every rule, beside a number of the design', () => {
    for (const rule of Object.values(rules)) {
      const bad = rule.examples.filter(({ finds }) => finds.length > 0);
      const messages = bad.flatMap(({ title }) => told(broken(rule.id, title)));
      for (const message of messages) expect(message).not.toMatch(/NaN|undefined|Infinity/);
      const timed = messages.filter((message) => message.includes(' Predicted on this machine: '));
      expect(timed, rule.id).not.toEqual([]);
      const plain = bad.flatMap(({ title }) => {
        const design = broken(rule.id, title);
        return lint(design, analyze(design)).findings.map(({ says }) => says!);
      });
      expect(plain.flatMap(numbersIn), rule.id).not.toEqual([]);
    }
  });

  it('is no more work than a few pieces, however many findings there are', () => {
    let pieces = 0;
    const counting: DesignTimer = {
      whole: (analysis) => steady.whole(analysis),
      piece: (...of) => {
        pieces++;
        return steady.piece(...of);
      },
    };
    // Of twenty alike each has its fix tried, and the same rows are timed once.
    const design = broken('redundant-bias-before-bn', 'A bias before the normalisation');
    const many = repeated(design, 20);
    const messages = told(many, counting);
    expect(messages).toHaveLength(40);
    for (const message of messages) expect(message).toContain('Predicted on this machine: ');
    expect(pieces).toBeLessThan(20);
  });

  it('of own rules is told by their fixes', () => {
    const read = readSpecObject({
      netwright: 3,
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [16, 8, 8] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 12 } },
        { id: 'next', kind: 'conv2d', from: 'conv', params: { channels: 8 } },
      ],
      lint: {
        own: [
          {
            id: 'widths-of-16',
            select: { kind: 'conv2d' },
            when: 'out.channels % 16 != 0',
            message: '{name} has {out.channels} channels.',
            severity: 'warning',
            fix: { param: 'channels', value: 16 },
          },
        ],
      },
    });
    if (!read.ok) throw new Error(read.problems[0]?.message);
    const own = told(read.value).filter((message) => message.includes(' channels.'));
    // The first changes what the second reads.
    expect(own).toEqual([
      'conv has 12 channels. Predicted on this machine: 2.0 ms, and 2.0 ms with the rule kept.',
      'next has 8 channels. Predicted on this machine: 1.0 ms, and 1.0 ms with the rule kept.',
    ]);
  });
});

/** Numbers that a phrase was filled with, in phrases within it too. */
function numbersIn(phrase: Phrase): readonly PhraseValue[] {
  return Object.values(phrase.values).flatMap((value) =>
    typeof value === 'object'
      ? numbersIn(value)
      : typeof value === 'number' || /\d/.test(value)
        ? [value]
        : [],
  );
}

/** A network behind itself, so many times. */
function repeated(design: Design, times: number): Design {
  const nodes: Record<string, DesignNode> = {};
  const wires: Record<string, Wire> = {};
  for (let i = 0; i < times; i++) {
    for (const [id, node] of Object.entries(design.nodes)) nodes[`${id}_${i}`] = node;
    for (const { from, to } of Object.values(design.wires)) {
      const wire: Wire = {
        from: { ...from, node: `${from.node}_${i}` },
        to: { ...to, node: `${to.node}_${i}` },
      };
      wires[wireId(wire)] = wire;
    }
  }
  return { ...design, nodes, wires };
}

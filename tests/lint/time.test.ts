import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { phraseInWords } from '../../shared/lint/phrases.ts';
import { rules } from '../../shared/lint/rules.ts';
import { createLinter, lint } from '../../shared/lint/run.ts';
import type { TimeModel } from '../../shared/runtime/time/model.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import { type Law, lawNames, laws } from '../../shared/runtime/time/work.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

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

const told = (design: Design, timer = steady): readonly string[] =>
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

  it('has numbers wherever a rule is broken that can be timed', () => {
    for (const rule of Object.values(rules))
      for (const { title, finds } of rule.examples)
        if (finds.length > 0)
          for (const message of told(broken(rule.id, title)))
            expect(message).not.toMatch(/NaN|undefined|Infinity/);
  });
});

import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Phrase } from '../../shared/base/messages.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { type Edit, setParams, suppress } from '../../shared/graph/edits.ts';
import { OpenedView } from '../../shared/lint/opened.ts';
import { presetNames } from '../../shared/lint/presets.ts';
import { rules } from '../../shared/lint/rules.ts';
import { applySafeFixes, lint } from '../../shared/lint/run.ts';
import { activeRules } from '../../shared/lint/settings.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { group } from '../blocks/grouped.ts';

function designOf(spec: object): Design {
  const read = readSpecObject({ netwright: 1, ...spec });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.value;
}

const run = (design: Design) => lint(design, analyze(design));
const input = { id: 'input', kind: 'input', params: { shape: [8, 20, 20] } };

/** Two convolutions with a needless bias and a ReLU too many. */
const wasteful = [
  input,
  { id: 'conv1', kind: 'conv2d', from: 'input' },
  { id: 'bn1', kind: 'batchNorm', from: 'conv1' },
  { id: 'relu1', kind: 'relu', from: 'bn1' },
  { id: 'again1', kind: 'relu', from: 'relu1' },
  { id: 'again2', kind: 'relu', from: 'again1' },
  { id: 'conv2', kind: 'conv2d', from: 'again2' },
  { id: 'bn2', kind: 'batchNorm', from: 'conv2' },
  { id: 'output', kind: 'output', from: 'bn2' },
];

describe('settings', () => {
  const strided = { nodes: [input, { id: 'conv', kind: 'conv2d', from: 'input', params: { kernel: 1 } }] };
  const rulesOf = (lintSettings: object) =>
    run(designOf({ ...strided, lint: lintSettings })).findings.map(({ rule, severity }) => [rule, severity]);

  it('take the rules of the preset', () => {
    expect(rulesOf({})).toEqual([]);
    expect(rulesOf({ preset: 'vgg' })).toEqual([['vgg-conv-3x3', 'warning']]);
  });

  it('switch a rule on, off and up', () => {
    expect(rulesOf({ rules: { 'vgg-conv-3x3': 'error' } })).toEqual([['vgg-conv-3x3', 'error']]);
    expect(rulesOf({ preset: 'vgg', rules: { 'vgg-conv-3x3': 'off' } })).toEqual([]);
  });

  it('give options', () => {
    expect(
      rulesOf({ preset: 'vgg', rules: { 'vgg-conv-3x3': { options: { allowPointwise: true } } } }),
    ).toEqual([]);
  });

  it('are checked: preset, rules and options that do not exist', () => {
    const { active, problems } = activeRules({
      preset: 'vg',
      rules: {
        'vgg-conv-3': { severity: 'error' },
        ...Object.fromEntries([['constructor', { severity: 'error' as const }]]),
        'vgg-conv-3x3': { severity: 'warning', options: { allowPointwise: 3, depth: 1 } },
      },
    });
    expect(problems.map(({ where, hint }) => [where.path, /Did you mean "([^"]+)"/.exec(hint)?.[1]])).toEqual(
      [
        ['$.lint.preset', 'vgg'],
        ['$.lint.rules.vgg-conv-3', 'vgg-conv-3x3'],
        ['$.lint.rules.constructor', expect.any(String)],
        ['$.lint.rules.vgg-conv-3x3.options.allowPointwise', undefined],
        ['$.lint.rules.vgg-conv-3x3.options.depth', undefined],
      ],
    );
    expect(active.map(({ rule }) => rule.id)).toEqual(Object.keys(rules));
  });

  it.each(presetNames)('the preset %s has rules', (preset) => {
    const on = activeRules({ preset, rules: {} }).active.filter(({ severity }) => severity !== 'off');
    expect(on.length).toBeGreaterThan(5);
  });
});

describe('findings', () => {
  it('come with errors first', () => {
    const nodes = [
      input,
      { id: 'conv', kind: 'conv2d', from: 'input', params: { stride: 2 } },
      { id: 'bn', kind: 'batchNorm', from: 'conv' },
      { id: 'sum', kind: 'add', from: ['bn', 'input'] },
    ];
    expect(run(designOf({ nodes })).findings.map(({ severity }) => severity)).toEqual([
      'error',
      'warning',
      'info',
    ]);
  });

  it('are kept but marked where they are suppressed', () => {
    const suppress = [{ rule: 'redundant-bias-before-bn', reason: 'imported with its bias' }];
    const nodes = wasteful.map((node) => (node.id === 'conv1' ? { ...node, suppress } : node));
    const found = run(designOf({ nodes })).findings.filter(({ rule }) => rule === 'redundant-bias-before-bn');
    expect(found.map(({ node, suppressed }) => [node, suppressed])).toEqual([
      ['conv1', 'imported with its bias'],
      ['conv2', undefined],
    ]);
  });

  it('look through bypassed nodes', () => {
    const nodes = [
      input,
      { id: 'conv1', kind: 'conv2d', from: 'input' },
      { id: 'relu', kind: 'relu', from: 'conv1', bypass: true },
      { id: 'conv2', kind: 'conv2d', from: 'relu' },
    ];
    expect(run(designOf({ nodes })).findings.map(({ node, rule }) => [node, rule])).toEqual([
      ['conv1', 'consecutive-linear-without-activation'],
    ]);
  });

  it('look through bypassed nodes before and behind', () => {
    const nodes = [
      input,
      { id: 'relu1', kind: 'relu', from: 'input' },
      { id: 'tanh', kind: 'tanh', from: 'relu1', bypass: true },
      { id: 'relu2', kind: 'relu', from: 'tanh' },
    ];
    expect(run(designOf({ nodes })).findings.map(({ node, message }) => [node, message])).toEqual([
      ['relu2', expect.stringContaining('what comes from "relu1" is never negative')],
    ]);
  });

  it('do not hang or throw on broken designs', () => {
    const nodes = [
      input,
      { id: 'flat', kind: 'flatten', from: 'input' },
      { id: 'relu1', kind: 'relu', from: { in: ['flat', 'relu2'] } },
      { id: 'relu2', kind: 'relu', from: 'relu1' },
      { id: 'pool1', kind: 'maxPool', from: 'pool2' },
      { id: 'pool2', kind: 'maxPool', from: 'pool1' },
      { id: 'relu3', kind: 'relu', from: 'pool2' },
      { id: 'sum', kind: 'add', from: [null, 'relu3'] },
      { id: 'fc', kind: 'linear', from: 'flat', params: { features: 1000 } },
      { id: 'conv', kind: 'conv2d', from: 'fc' },
    ];
    for (const preset of presetNames) expect(run(designOf({ nodes, lint: { preset } })).problems).toEqual([]);
  });
});

describe("what is found inside of a block of the user's own", () => {
  /** A block of a convolution with a needless bias, its norm and a 1×1; after it the same convolution and norm alone. */
  function grouped(more: Edit = () => {}): Design {
    const b = new NetworkBuilder();
    b.input(8, 20);
    b.conv('wide', 8, 3, { padding: 1 });
    b.add('norm', 'batchNorm');
    b.conv('narrow', 8, 1);
    b.add('relu', 'relu');
    b.conv('last', 8, 3, { padding: 1 });
    b.add('bn', 'batchNorm');
    b.add('output', 'output');
    const whole = produce(b.design('Grouped', ''), (draft) => {
      draft.lint = {
        preset: 'none',
        rules: { 'vgg-conv-3x3': { severity: 'error' }, 'redundant-bias-before-bn': { severity: 'warning' } },
      };
    });
    return produce(group(whole, ['wide', 'norm', 'narrow', 'relu']), more);
  }
  const told = (design: Design) =>
    run(design).findings.map(({ rule, node, inside, fix, suppressed }) => [
      rule,
      node,
      inside,
      fix?.safety,
      suppressed,
    ]);

  it('stands at the block, with the layer inside, and is mended there; beside it fixes are as they are without one', () => {
    expect(told(grouped())).toEqual([
      ['vgg-conv-3x3', 'block1', 'block1/narrow', undefined, undefined],
      ['redundant-bias-before-bn', 'block1', 'block1/wide', undefined, undefined],
      ['redundant-bias-before-bn', 'last', undefined, 'safe', undefined],
    ]);
  });

  it('stands where the design is opened, and nowhere else: facts are those that the gauges show', () => {
    const plain = designOf({ nodes: wasteful });
    expect(new OpenedView().update(plain, analyze(plain))).toBeUndefined();
    const design = grouped();
    const closed = analyze(design);
    const opened = new OpenedView().update(design, closed)!;
    const [block] = [...closed.facts.values()].filter(({ inside }) => inside !== undefined);
    const inside = block!.inside!.map((facts) => [facts.id, facts] as const);
    expect(inside.length).toBeGreaterThan(3);
    for (const [id, facts] of [...closed.facts, ...inside])
      if (facts !== block) expect(opened.analysis.facts.get(id)).toBe(facts);
  });

  it('each time that a rule has something to say of the design is mended in its own way', () => {
    const limits = {
      macs: { kind: 'absolute', max: 400_000 },
      params: { kind: 'absolute', max: 1000 },
    } as const;
    const design = produce(grouped(), (draft) => {
      draft.budget = { limits };
      draft.lint = { preset: 'none', rules: { 'over-budget': { severity: 'error' } } };
    });
    const { findings } = run(design);
    expect(findings.map(({ says }) => (says!.values.noun as Phrase).key)).toEqual([
      'over-budget:macs',
      'over-budget:params',
    ]);
    expect(findings.map(({ fix }) => fix?.title)).toEqual(
      Array(2).fill('Narrow the layers until the budget is kept'),
    );
  });

  it('is told once of all copies', () => {
    const copies = told(grouped(setParams(['block1'], { repeat: 3 })));
    expect(copies.map(([rule, node]) => [rule, node])).toEqual([
      ['vgg-conv-3x3', 'block1'],
      ['redundant-bias-before-bn', 'block1'],
      ['redundant-bias-before-bn', 'last'],
    ]);
  });

  it('is silenced where the block says so', () => {
    const found = told(grouped(suppress('block1', 'redundant-bias-before-bn', 'as imported')));
    expect(found.map(([rule, node, , , why]) => [rule, node, why])).toEqual([
      ['vgg-conv-3x3', 'block1', undefined],
      ['redundant-bias-before-bn', 'block1', 'as imported'],
      ['redundant-bias-before-bn', 'last', undefined],
    ]);
  });
});

describe('safe fixes', () => {
  it('are applied until there are none, and leave suppressed findings alone', () => {
    const suppress = [{ rule: 'redundant-bias-before-bn', reason: 'kept' }];
    const nodes = wasteful.map((node) => (node.id === 'conv2' ? { ...node, suppress } : node));
    const { design, applied } = applySafeFixes(designOf({ nodes }), analyze);
    expect(applied.map(({ rule, node }) => [rule, node])).toEqual([
      ['redundant-bias-before-bn', 'conv1'],
      ['redundant-activation', 'again1'],
      ['redundant-activation', 'again2'],
    ]);
    expect(design.nodes.conv1?.params.bias).toBe(false);
    expect(design.nodes.conv2?.params.bias).toBe(true);
    expect(Object.keys(design.wires)).toContain('relu1:out>conv2:in');
    expect(run(design).findings.filter(({ suppressed }) => suppressed === undefined)).toEqual([]);
  });

  it('leave every shape as it was, and no more cost', () => {
    const before = designOf({ nodes: wasteful });
    const { design } = applySafeFixes(before, analyze);
    const [old, now] = [analyze(before), analyze(design)];
    expect(now.facts.get('bn2')?.outputs).toEqual(old.facts.get('bn2')?.outputs);
    expect(now.totals.macs).toBe(old.totals.macs);
    // Two biases of 64.
    expect(old.totals.params - now.totals.params).toBe(128);
  });
});

import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import type { Severity } from '../../shared/graph/own-rules.ts';
import { evaluatorOf } from '../../shared/lint/own/evaluate.ts';
import { parseExpression } from '../../shared/lint/own/parse.ts';
import { ownRule } from '../../shared/lint/own/rule.ts';
import { fits, selectorOf, subjectsOf, turnOf } from '../../shared/lint/own/select.ts';
import { lint, previewFix } from '../../shared/lint/run.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

function check(own: readonly object[], settings: object = {}, extra: object = {}) {
  const read = readSpecObject({
    netwright: 3,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
      // 32·32·20·3·9 = 552,960 multiply-adds and 20·27 + 20 = 560 parameters.
      {
        id: 'conv1',
        kind: 'conv2d',
        from: 'input',
        params: { channels: 20, kernel: 3, padding: 1 },
        ...extra,
      },
      { id: 'pool', kind: 'maxPool', from: 'conv1', params: { kernel: 2, stride: 2 } },
      // 16·16·32·20 = 163,840.
      { id: 'conv2', kind: 'conv2d', from: 'pool', params: { channels: 32, kernel: 1 } },
      { id: 'block', kind: 'residual', from: 'conv2', params: { channels: 32 } },
      { id: 'output', kind: 'output', from: 'block' },
    ],
    lint: { own, ...settings },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const report = lint(read.value, analyze(read.value));
  return { design: read.value, ...report };
}

const rule = (when: string, more: object = {}) => ({ id: 'mine', when, message: '{name}', ...more });
const found = (when: string, more: object = {}) =>
  check([rule(when, more)]).findings.flatMap(({ rule: id, node }) => (id === 'mine' ? [node] : []));

describe('arithmetic', () => {
  // As in C and JavaScript.
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['-2 * -3', 6],
    ['7 % 4 == 3 && !(1 > 2)', true],
    ['1 < 2 == true', true],
    ['2e3 / 4', 500],
    ['max(1, 2, min(5, 3))', 3],
    ['log2(8)', 3],
    ['\'a\' == "a"', true],
    ['0 / 0 == 1', undefined],
  ])('%s', (text, value) => {
    expect(evaluatorOf(parseExpression(text), () => () => undefined)(undefined)).toBe(value);
  });
  it('leaves what is unknown unknown, unless the other side decides', () => {
    const value = (text: string) => evaluatorOf(parseExpression(text), () => () => undefined)(undefined);
    expect([value('macs > 1'), value('macs > 1 || true'), value('macs > 1 && false')]).toEqual([
      undefined,
      true,
      false,
    ]);
  });
});

describe('rules', () => {
  it.each([
    ['macs > 0.25 * total.macs && kind == "conv2d"', {}, []],
    ['out.channels % 16 != 0', { select: { kind: 'conv*' } }, ['conv1']],
    ['macs == 552960', {}, ['conv1']],
    // Two convolutions, then two in the block.
    ['path.depth == 1 && macs > 0', {}, ['conv1']],
    ['path.depth == total.depth', { select: { kind: 'residual' } }, ['block']],
    ['path.left == 3 && macs > 0', {}, ['conv2']],
    ['true', { select: { after: 'maxPool' } }, ['conv2']],
    ['true', { select: { kind: 'conv2d', before: ['resid*', 'output'] } }, ['conv2']],
    ['true', { select: { after: 'input', before: 'relu' } }, []],
    ['params == 560', {}, ['conv1']],
    ['receptiveField == 3 && kind == "conv2d"', {}, ['conv1']],
    ['receptiveField < 64', { select: { name: 'conv2' } }, ['conv2']],
    ['in.height == 32 && out.height == 16', {}, ['pool']],
    ['param.kernel == 1', { select: { kind: ['conv2d'], stage: '2', name: 'conv*' } }, ['conv2']],
    ['param.kernel[0] > 2', { select: { kind: 'conv2d', stage: '1' } }, ['conv1']],
    ['true', { select: { kind: 'residual' } }, ['block']],
    // A layer is no block of its own.
    ['true', { select: { block: 'conv1' } }, []],
  ])('%s', (when, more, nodes) => {
    const ids = found(when, more);
    expect(ids.filter((id) => id !== 'block' || nodes.includes('block' as never))).toEqual(nodes);
  });

  it('count stages by the size of the map, to which others may come back; a vector is of none', () => {
    const read = readSpecObject({
      netwright: 3,
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
        { id: 'first', kind: 'conv2d', from: 'input', params: { channels: 20, kernel: 1 } },
        { id: 'pool', kind: 'maxPool', from: 'first', params: { kernel: 2, stride: 2 } },
        { id: 'up', kind: 'convTranspose2d', from: 'pool', params: { channels: 20, kernel: 2, stride: 2 } },
        { id: 'again', kind: 'conv2d', from: 'up', params: { channels: 8, kernel: 1 } },
        { id: 'gap', kind: 'globalAvgPool', from: 'again' },
        { id: 'flat', kind: 'flatten', from: 'gap' },
        { id: 'fc', kind: 'linear', from: 'flat', params: { features: 10 } },
        { id: 'output', kind: 'output', from: 'fc' },
      ],
      lint: {
        own: [
          rule('stage == 1', { select: { name: ['first', 'pool', 'again', 'fc'] } }),
          { ...rule('stage > 0', { select: { kind: 'linear' } }), id: 'vector' },
        ],
      },
    });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const { findings } = lint(read.value, analyze(read.value));
    expect(findings.flatMap(({ rule: id, node }) => (id === 'mine' ? [node] : []))).toEqual([
      'first',
      'again',
    ]);
    expect(findings.filter(({ rule: id }) => id === 'vector')).toEqual([]);
  });

  // What is said of layers within a block is said at the block: these ask of the block alone, or of one layer.
  it.each([
    // A block's neighbours are not those within it.
    [{ kind: 'residual', after: 'conv2d' }, ['block']],
    [{ kind: 'residual', after: 'batchNorm' }, []],
    [{ kind: 'residual', before: 'relu' }, []],
    // A layer within goes by its own name too.
    [{ kind: 'conv2d', name: 'conv2', block: 'block' }, ['block']],
    [{ kind: 'conv2d', name: 'block/conv2' }, ['block']],
    [{ kind: 'conv2d', name: 'lock/conv2' }, []],
  ])('%j', (select, nodes) => {
    expect(found('true', { select })).toEqual(nodes);
  });

  it('look inside of blocks, and tell it at the block', () => {
    const { findings } = check([rule('params > 0', { select: { block: 'block', kind: 'conv2d' } })]);
    const inside = findings.filter(({ rule: id }) => id === 'mine');
    expect(inside.length).toBeGreaterThan(1);
    expect(new Set(inside.map(({ node }) => node))).toEqual(new Set(['block']));
  });

  it('tell numbers of the design in their message, with their severity', () => {
    const { findings } = check([
      rule('macs == 552960', {
        message: '"{name}": {macs} of {total.macs}, {{braces}}, {out.channels / 16}',
        severity: 'error',
      }),
    ]);
    const { macs } = analyze(check([]).design).totals;
    expect(findings.find(({ rule: id }) => id === 'mine')).toMatchObject({
      severity: 'error',
      node: 'conv1',
      message: `"conv1": 552,960 of ${macs.toLocaleString('en-US')}, {braces}, 1.25`,
    });
  });

  it('set a parameter, where it may have the value', () => {
    const { design, findings } = check([
      rule('out.channels % 16 != 0', { select: { name: 'conv1' }, fix: { param: 'channels', value: 32 } }),
    ]);
    const { fix } = findings.find(({ rule: id }) => id === 'mine')!;
    expect(fix?.safety).toBe('suggested');
    expect(previewFix(design, fix!).nodes.conv1?.params.channels).toBe(32);
    const none = check([rule('macs > 0', { fix: { param: 'channels', value: -1 } })]);
    expect(none.findings.every(({ fix: offered, rule: id }) => id !== 'mine' || offered === undefined)).toBe(
      true,
    );
  });

  it('are silenced, switched off and raised as others are', () => {
    const mine = rule('macs == 552960');
    const silenced = check([mine], {}, { suppress: [{ rule: 'mine', reason: 'known' }] });
    expect(silenced.findings.find(({ rule: id }) => id === 'mine')?.suppressed).toBe('known');
    expect(check([mine], { rules: { mine: 'off' } }).findings.some(({ rule: id }) => id === 'mine')).toBe(
      false,
    );
    expect(check([mine], { rules: { mine: 'error' } }).findings[0]).toMatchObject({ severity: 'error' });
    expect(check([mine], { rules: { mine: 'error' } }).problems).toEqual([]);
  });
});

describe('turns', () => {
  const analysis = analyze(zooEntry('resnet50')!.build());
  const subjects = subjectsOf(analysis).length;
  /** How often others get their turn in some work. */
  const turnsIn = (work: Iterable<unknown>): number => [...work].filter((each) => each === undefined).length;

  it.each([
    [0, 100_000],
    [99, 1000],
    [1999, 50],
    [100_000, 16],
  ])('of %i letters are %i nodes', (letters, nodes) => {
    expect(turnOf(letters)).toBe(nodes);
  });

  it('are given by a long list of patterns', () => {
    const patterns = Array.from({ length: 100 }, (_, i) => `${i}${'x'.repeat(99)}*`);
    expect(turnsIn(selectorOf({ name: patterns }).chosen(analysis))).toBe(Math.floor(subjects / 16));
  });

  it('are given by a long expression, and findings are told all the same', () => {
    const when = `${'1 > 0 && '.repeat(222)}macs > 0`;
    const turn = turnOf(when.length);
    expect(turn).toBeLessThan(60);
    const own = { ...rule(when), select: {}, severity: 'error' } as const;
    const read = ownRule(own, '$');
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const context = { design: emptyDesign, analysis, options: {}, before: () => [], after: () => [] };
    expect(turnsIn(read.rule.check(context))).toBe(Math.floor(subjects / turn));
    const design = { ...zooEntry('resnet50')!.build(), lint: { preset: 'none', rules: {}, own: [own] } };
    expect(lint(design, analyze(design)).findings).toEqual(
      lint({ ...design, lint: { ...design.lint, own: [{ ...own, when: 'macs > 0' }] } }, analysis).findings,
    );
  });
});

it('a rule of one’s own weighs what it says; one that is off is a warning where it is switched on', () => {
  const severityOf = (severity: Severity) => {
    const read = ownRule({ ...rule('macs > 1'), select: {}, severity }, '$');
    return read.ok && read.rule.severity;
  };
  expect((['error', 'warning', 'info', 'off'] as const).map(severityOf)).toEqual([
    'error',
    'warning',
    'info',
    'warning',
  ]);
});

it('what a node costs is unknown where the node cannot be worked out', () => {
  const spec = {
    netwright: 3,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
      { id: 'sound', kind: 'relu', from: 'input' },
      { id: 'loose', kind: 'relu' },
    ],
    lint: { own: [rule('otherOps >= 0 || macs >= 0 || params >= 0 || outputBytes >= 0')] },
  };
  const read = readSpecObject(spec);
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const mine = lint(read.value, analyze(read.value)).findings.filter(({ rule: id }) => id === 'mine');
  expect(mine.map(({ node }) => node)).toEqual(['input', 'sound']);
});

describe('what cannot be meant', () => {
  it.each([
    ['mac > 1', 1, /Did you mean "macs"/],
    ['macs >', 7, /ends where a value is missing/],
    ['macs = 1', 6, /equality is written ==/],
    ['macs + 1', 1, /true or false/],
    ['macs > "big"', 8, /must be a number/],
    ['kind > 3', 1, /must be a number/],
    ['kind == 3', 6, /two sorts/],
    ['sine(macs) > 1', 1, /no function "sine"/],
    ['min() > 1', 1, /does not take 0/],
    ['macs > 1 2', 10, /"2" is one thing too many/],
    ['   macs > ', 10, /ends where a value is missing/],
    ['constructor == 1', 1, /no fact/],
    [`${'('.repeat(100)}1${')'.repeat(100)} > 0`, 51, /nested/],
    [`${'!'.repeat(100)}true`, 51, /nested/],
    [`param.kernel${'[param.kernel'.repeat(60)}${'[0]'.repeat(60)} > 0`, 0, /nested/],
    // What one writes in other languages, or in haste.
    ['macs > 1G', 8, /"1G" has a unit: numbers are written out, such as 1\.5e9/],
    ['outputBytes > 64KiB', 15, /"64KiB" has a unit/],
    ['macs > 0x10', 8, /has a unit/],
    ['macs > 1_000', 8, /has a unit/],
    ['macs > 1 and params > 1', 10, /"and" is written &&/],
    ['macs > 1 or params > 1', 10, /"or" is written \|\|/],
    ['macs > 1 & params > 1', 10, /it is written &&/],
    ['macs === 1', 8, /equality is written ==/],
    ['kind == conv2d', 9, /write 'conv2d' in quotes/],
    ["kind == 'conv2D'", 9, /no kind is called "conv2D"\. Did you mean "conv2d"/],
    ["'pools' != group", 1, /no group is called "pools"/],
    ["kind == 'conv2d", 9, /no closing quote/],
    ['1 < macs < 9', 3, /each side of "<" must be a number, and this is true or false/],
    ['macs > 1 ? true : false', 10, /"\?" means nothing here/],
    ['macs > 1; drop', 9, /";" means nothing here/],
    ['macs => 1', 6, /equality is written ==/],
    // What reaches for the program beneath.
    ['__proto__ == 1', 1, /no fact/],
    ['macs.constructor == 1', 1, /no fact "macs\.constructor"/],
    ['param.__proto__ == 1', 1, /no fact/],
    ['toString() > 1', 1, /no function "toString"/],
    ["constructor('x')() > 1", 17, /one thing too many/],
    ['globalThis == 1', 1, /no fact/],
    ['`macs`', 1, /means nothing/],
    ['macs > \u202e1', 8, /means nothing/],
  ])('%s is told with its place', (when, character, message) => {
    const { problems } = check([rule(when)]);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.where.path).toBe('$.lint.own[0].when');
    expect(problems[0]!.message).toMatch(message);
    if (character > 0) expect(problems[0]!.hint).toContain(`character ${character} `);
  });
  // No literal, list of sides or nesting within the bounds of a file overflows the stack or takes long.
  it.each([
    `${'9'.repeat(1_990)} > 0`,
    `${'1+'.repeat(990)}1 > 0`,
    `${'macs*'.repeat(390)}1 > 0`,
    `1 > ${'0.'.concat('0'.repeat(1_900))}1`,
    `${'1 < 2 && '.repeat(200)}true`,
    `name != '${'\\\\'.repeat(950)}'`,
    `max(${'1,'.repeat(15)}1e999) > 0`,
  ])('%.40s… is worked out all the same', (when) => {
    const { problems, findings } = check([rule(when)]);
    expect(problems).toEqual([]);
    expect(findings.some(({ rule: id }) => id === 'mine')).toBe(true);
  });
  it.each([
    [{ message: 'has {chanels}' }, '$.lint.own[0].message'],
    [{ message: 'has {name' }, '$.lint.own[0].message'],
    [{ fix: { param: 'chanels', value: 3 } }, '$.lint.own[0].fix.param'],
    [{ id: 'vgg-conv-3x3' }, '$.lint.own[0].id'],
    [{ select: { kind: 'conv' } }, '$.lint.own[0].select.kind'],
    [{ select: { kind: ['conv2d', 'Relu'] } }, '$.lint.own[0].select.kind'],
    [{ select: { group: 'x*' } }, '$.lint.own[0].select.group'],
  ])('%j neither', (more, path) => {
    expect(check([rule('macs > 1', more)]).problems.map(({ where }) => where.path)).toEqual([path]);
  });
});

it.each([
  ['*', '', true],
  ['conv*', 'conv1', true],
  ['conv*', 'xconv1', false],
  ['*a*b', 'xaxb', true],
  ['a*a', 'a', false],
  [`${'*a'.repeat(50)}b`, 'a'.repeat(200), false],
])('the pattern %s of %s', (pattern, text, expected) => {
  expect(fits(pattern, text)).toBe(expected);
});

import { cpus } from 'node:os';
import { produce } from 'immer';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { connect, disconnect, type Edit, newNode, setParams } from '../../shared/graph/edits.ts';
import { groupingOf, groupNodes } from '../../shared/graph/group.ts';
import type { OwnRule } from '../../shared/graph/own-rules.ts';
import { topologyOf } from '../../shared/graph/topology.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { rules } from '../../shared/lint/rules.ts';
import { createLinter, lint } from '../../shared/lint/run.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const ROUNDS = 100;
/** Runs before the first that counts: an editor is warm after the first minute. */
const WARM_UP = 20;
const CHAIN = 10_000;

/** Every block of a network replaced by its layers. */
function expanded(id: string): Design {
  const design = zooEntry(id)!.build();
  return produce(design, (draft) => {
    for (const [node, { kind }] of Object.entries(design.nodes))
      if (isBlockKind(kind)) unpackBlock(node)(draft);
  });
}

/** Some of its nodes as a block of the user's own. */
function withBlock(design: Design, chosen: (id: string) => boolean): Design {
  const grouping = groupingOf(design, topologyOf(design), Object.keys(design.nodes).filter(chosen));
  if (isIssue(grouping)) throw new Error(grouping.message);
  return produce(design, groupNodes(grouping));
}

/** Edits of a design one after another, each analysed and linted; times are of these two together. */
function followed(start: Design, editOf: (even: boolean) => Edit): ReturnType<typeof medianOf> {
  const [analyzer, linter] = [createAnalyzer(), createLinter()];
  linter.update(start, analyzer.update(start));
  let [design, even] = [start, false];
  return medianOf(() => {
    even = !even;
    design = produce(design, editOf(even));
    linter.update(design, analyzer.update(design));
  });
}

/** Switched on all of them, also those that ask for the opposite of others. */
function withAllRules(design: Design): Design {
  const on = Object.fromEntries(Object.values(rules).map(({ id }) => [id, { severity: 'warning' as const }]));
  return { ...design, lint: { preset: 'recommended', rules: on } };
}

/** As the command does with each of many files: read, analysed and linted, with nothing kept between them. */
function judged(text: string): void {
  const read = readSpec(text);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  lint(read.value, analyze(read.value));
}

function chain(length: number): Design {
  const nodes: Record<string, Design['nodes'][string]> = { n0: newNode('input', { shape: [16, 32, 32] }) };
  const wires: Record<string, Design['wires'][string]> = {};
  for (let i = 1; i < length; i++) {
    nodes[`n${i}`] = i % 2 ? newNode('conv2d', { channels: 16, padding: [1, 1, 1, 1] }) : newNode('relu');
    const wire = wireBetween(`n${i - 1}`, `n${i}`);
    wires[wireId(wire)] = wire;
  }
  return { ...emptyDesign, nodes, wires };
}

/** What rules of one's own are written like: each kind of selector, and facts of every sort. */
const ownBook: readonly Pick<OwnRule, 'select' | 'when'>[] = [
  { select: { kind: 'conv2d' }, when: 'param.kernel[0] > 3 || param.stride[0] > 1' },
  { select: { group: 'convolution' }, when: 'out.channels % 8 != 0' },
  { select: {}, when: 'macs > 0.25 * total.macs' },
  { select: { name: 'layer4.*' }, when: 'receptiveField < 64' },
  { select: { stage: '2' }, when: 'out.channels < in.channels' },
  { select: { kind: 'conv2d', after: ['relu', 'batchNorm'] }, when: 'path.depth > 20 && params > 1e6' },
  { select: {}, when: "path.depth + path.left > 160 && kind == 'conv2d'" },
  { select: { kind: '*Pool*' }, when: 'step > 32' },
  { select: {}, when: 'outputBytes > 0.3 * total.peakBytes' },
  { select: { kind: ['relu', 'silu'] }, when: 'in.elements > 800000' },
];

/** As many rules of one's own as come with the program, which are off. */
function withOwnRules(design: Design): Design {
  const off = Object.fromEntries(Object.keys(rules).map((id) => [id, { severity: 'off' as const }]));
  const own = Object.keys(rules).map(
    (_, i): OwnRule => ({
      id: `own-${i}`,
      ...ownBook[i % ownBook.length]!,
      message: '"{name}": {macs} multiply-adds',
      severity: 'warning',
    }),
  );
  return { ...design, lint: { preset: 'recommended', rules: off, own } };
}

/** Milliseconds of the processor that each of some works takes, by turns, each time with what `ready` makes of nothing. */
function cpuByTurns<T>(
  ready: () => T,
  works: readonly ((of: T) => void)[],
  rounds = 60,
): readonly number[][] {
  const times: number[][] = works.map(() => []);
  for (let round = 0; round < rounds + WARM_UP; round++)
    for (const [i, work] of works.entries()) {
      const of = ready();
      const from = process.cpuUsage();
      work(of);
      const { user, system } = process.cpuUsage(from);
      if (round >= WARM_UP) times[i]!.push((user + system) / 1000);
    }
  return times;
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** How long rules of one's own take beside as many of the program's: milliseconds, and the ratio of rounds in turn. */
function ownRulesBeside(design: Design): string {
  const [builtIn, own] = [withAllRules(design), withOwnRules(design)];
  // Nothing that was worked out for one analysis is known of another.
  const [theirs = [], ours = []] = cpuByTurns(
    () => analyze(design),
    [(analysis) => lint(builtIn, analysis), (analysis) => lint(own, analysis)],
  );
  const ratio = middle(ours.map((time, i) => time / theirs[i]!));
  return `| ${Object.keys(rules).length} rules of one's own over ResNet-152 expanded, beside as many of the program's (CPU time, by turns) | ${middle(ours).toFixed(2)} beside ${middle(theirs).toFixed(2)} | ${Math.max(...ours).toFixed(2)} | ${ratio.toFixed(2)} × (≤ 1) |`;
}

function medianOf(act: () => void, rounds = ROUNDS): { readonly median: number; readonly most: number } {
  const times: number[] = [];
  for (let i = 0; i < rounds + WARM_UP; i++) {
    const from = performance.now();
    act();
    if (i >= WARM_UP) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, most: times.at(-1)! };
}

/** `npm run bench -- analysis`: shapes, costs, problems and findings of large designs, whole and after one edit. */
export async function bench(): Promise<string> {
  const deep = expanded('resnet152');
  const long = chain(CHAIN);
  const whole = medianOf(() => analyze(deep));
  const analyzer = createAnalyzer();
  analyzer.update(deep);
  // The convolution of the last block: what follows is under twenty nodes.
  let design = deep;
  let channels = 512;
  let touched = 0;
  const edit = medianOf(() => {
    channels = channels === 512 ? 256 : 512;
    design = produce(design, setParams(['layer4.2.conv1'], { channels }));
    touched = analyzer.update(design).recomputed;
  });
  const own = withBlock(deep, (id) => id.startsWith('layer3.5.'));
  const cut = Object.entries(own.wires).find(([, { to }]) => to.node === 'layer3.20.conv2')!;
  const allRules = withAllRules(deep);
  const known = analyze(allRules);
  const specs = [writeSpec(zooEntry('resnet50')!.build()), writeSpec(expanded('resnet50'))];
  const tenThousand = medianOf(() => analyze(long), 15);
  const row = (what: string, { median, most }: { median: number; most: number }, target: string): string =>
    `| ${what} | ${median.toFixed(2)} | ${most.toFixed(2)} | ${target} |`;
  return [
    '## Analysis',
    '',
    `Milliseconds, median and worst of ${ROUNDS} runs (15 of the chain), after ${WARM_UP} to warm up, in Node ${process.versions.node}; ${cpus()[0]?.model.trim() ?? 'unknown processor'}; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| what | median | worst | target |',
    '|---|---|---|---|',
    row(`ResNet-152 expanded (${Object.keys(deep.nodes).length} nodes), whole`, whole, '< 10'),
    row(`one parameter edit there, immer included (${touched} nodes worked out anew)`, edit, '< 1'),
    row(
      "analysis and lint, with a block of one's own: a local edit",
      followed(own, (even) => setParams(['layer4.2.conv1'], { channels: even ? 256 : 512 })),
      '< 2',
    ),
    row(
      'an edit inside of that block',
      followed(own, (even) =>
        inBlock('block1', setParams(['layer3.5.conv1'], { channels: even ? 128 : 256 })),
      ),
      '< 10',
    ),
    row(
      'another size of input, which changes every shape',
      followed(own, (even) => setParams(['input'], { shape: [3, even ? 256 : 224, 224] })),
      '< 10',
    ),
    row(
      'a wire cut, or joined again',
      followed(own, (even) => (even ? disconnect([cut[0]]) : connect(cut[1].from, cut[1].to))),
      '< 10',
    ),
    row(
      `all ${Object.keys(rules).length} rules over ResNet-152 expanded, from nothing`,
      medianOf(() => lint(allRules, known)),
      '< 20',
    ),
    ownRulesBeside(deep),
    ...['ResNet-50 from the zoo', 'ResNet-50 expanded'].map((what, i) =>
      row(
        `one of many designs: ${what}, read, analysed and linted`,
        medianOf(() => judged(specs[i]!)),
        '< 10',
      ),
    ),
    row(`a chain of ${CHAIN} nodes, whole`, tenThousand, '< 200'),
    '',
  ].join('\n');
}

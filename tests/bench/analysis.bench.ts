import { cpus } from 'node:os';
import { produce } from 'immer';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode, setParams } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
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

/** `npm run bench -- analysis`: shapes, costs and problems of large designs, whole and after one edit. */
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
    row(`a chain of ${CHAIN} nodes, whole`, tenThousand, '< 200'),
    '',
  ].join('\n');
}

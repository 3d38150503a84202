import { produce } from 'immer';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { type Design, type NodeId, wireBetween, wireId } from '../../shared/graph/design.ts';
import { addNode, insertOnWire, newNode, setBypass, setParams } from '../../shared/graph/edits.ts';
import { type Grouping, groupingOf, groupNodes } from '../../shared/graph/group.ts';
import { randomStream } from '../../shared/runtime/weights.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';

/** What grouping these nodes makes; throws where they cannot be a block. */
export function grouping(design: Design, ids: Iterable<NodeId>): Grouping {
  const found = groupingOf(design, analyze(design).topology, ids);
  if (isIssue(found)) throw new Error(`${found.message} ${found.hint}`);
  return found;
}

export function group(design: Design, ids: Iterable<NodeId>): Design {
  return produce(design, groupNodes(grouping(design, ids)));
}

/** The first run of nodes in the order of the design, from a random place on, that can be a block; none where there is none. */
export function randomGrouping(design: Design, seed: string): Grouping | undefined {
  const next = randomStream(seed);
  const { order, topology } = analyze(design);
  for (let tries = 0; tries < 40; tries++) {
    const first = Math.floor(next() * order.length);
    const length = 1 + Math.floor(next() * 5);
    const found = groupingOf(design, topology, order.slice(first, first + length));
    if (!isIssue(found)) return found;
  }
  return undefined;
}

/** Grouped at random, blocks within blocks among them. */
export function groupedAtRandom(design: Design, seed: string): Design {
  let grouped = design;
  for (let i = 0; i < 3; i++) {
    const found = randomGrouping(grouped, `${seed} ${i}`);
    if (found) grouped = produce(grouped, groupNodes(found));
  }
  return grouped;
}

/**
 * A stage that repeats, made of a block that holds a block, with a bypassed layer inside; a second, bypassed use of it; a
 * residual block that repeats; and nodes that are called as copies are.
 */
export function ownBlocks(): Design {
  const b = new NetworkBuilder();
  b.input(4, 10);
  b.conv('conv1', 6, 3, { padding: 1 });
  b.add('relu1', 'relu');
  b.add('bn1', 'batchNorm', {}, 'relu1');
  b.add('sum', 'add', {}, 'bn1', 'conv1');
  b.conv('mix', 4, 1, { from: 'sum' });
  b.add('res', 'residual', { channels: 4, repeat: 3 }, 'mix');
  b.add('res.0', 'sigmoid', {}, 'res');
  b.add('pool', 'globalAvgPool', {}, 'res.0');
  b.add('fc', 'linear', { features: 5 });
  b.add('output', 'output');
  const inner = group(b.design('Own blocks', ''), ['relu1', 'bn1']);
  const stage = group(inner, ['conv1', 'block1', 'sum', 'mix']);
  return produce(stage, (draft) => {
    setParams(['block2'], { repeat: 3 })(draft);
    inBlock('block2', (inside) => {
      addNode('skipped', newNode('tanh'))(inside);
      insertOnWire(wireId(wireBetween('conv1', 'sum', 'in1')), 'skipped')(inside);
      setBypass(['skipped'], true)(inside);
    })(draft);
    addNode('again', newNode('userBlock', { block: 'block2' }))(draft);
    insertOnWire(wireId(wireBetween('block2', 'res')), 'again')(draft);
    addNode('idle', newNode('userBlock', { block: 'block2', repeat: 2 }))(draft);
    insertOnWire(wireId(wireBetween('again', 'res')), 'idle')(draft);
    setBypass(['idle'], true)(draft);
  });
}

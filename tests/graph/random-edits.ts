import fc from 'fast-check';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { hasInside, type NodeKind } from '../../shared/blocks/index.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import type { Design } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  disconnect,
  type Edit,
  freeInput,
  freshId,
  insertOnWire,
  newNode,
  removeAndBridge,
  removeNodes,
  rename,
  setBypass,
  setParams,
} from '../../shared/graph/edits.ts';
import { groupingOf, groupNodes } from '../../shared/graph/group.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';

/** What a person does at random, before it is known to which design: numbers pick among what is there. */
export interface Whim {
  readonly act: (typeof acts)[number];
  readonly a: number;
  readonly b: number;
}

const acts = [
  'add',
  'connect',
  'cross-connect',
  'disconnect',
  'insert',
  'remove',
  'bridge',
  'widen',
  'kernel',
  'bypass',
  'rename',
  'unpack',
  'group',
  'repeat',
  'inside',
  'move',
] as const;

export const whims = fc.array(
  fc.record({ act: fc.constantFrom(...acts), a: fc.nat(10_000), b: fc.nat(10_000) }),
  { minLength: 1, maxLength: 25 },
);

const kinds: readonly NodeKind[] = [
  'conv2d',
  'relu',
  'maxPool',
  'add',
  'concat',
  'residual',
  'convBnRelu',
  'globalAvgPool',
  'linear',
  'batchNorm',
];

/** The edit that a whim is on this design; wrong wires and cycles are among them. */
export function editOf(design: Design, { act, a, b }: Whim): Edit {
  const ids = Object.keys(design.nodes);
  const wires = Object.keys(design.wires);
  const one = ids[a % Math.max(1, ids.length)] ?? 'none';
  const other = ids[b % Math.max(1, ids.length)] ?? 'none';
  const wire = wires[a % Math.max(1, wires.length)] ?? 'none';
  const kind = kinds[b % kinds.length]!;
  const fresh = freshId(design.nodes, kind);
  switch (act) {
    case 'add':
      return addNode(fresh, newNode(kind), { x: a, y: b });
    case 'connect':
    case 'cross-connect': {
      const port = act === 'connect' ? freeInput(design, other) : 'in';
      if (port === undefined || one === 'none') return () => {};
      return connect({ node: one, port: 'out' }, { node: other, port });
    }
    case 'disconnect':
      return disconnect([wire]);
    case 'insert':
      return (draft) => {
        addNode(fresh, newNode(kind))(draft);
        insertOnWire(wire, fresh)(draft);
      };
    case 'remove':
      return removeNodes([one]);
    case 'bridge':
      return removeAndBridge([one]);
    case 'widen':
      return 'channels' in (design.nodes[one]?.params ?? {})
        ? setParams([one], { channels: 1 + (b % 64) })
        : () => {};
    case 'kernel':
      return 'kernel' in (design.nodes[one]?.params ?? {})
        ? setParams([one], { kernel: [1 + (b % 5), 1 + (b % 3)] })
        : () => {};
    case 'bypass':
      return setBypass([one], b % 2 === 0);
    case 'rename':
      return rename(one, freshId(design.nodes, kind, 'named'));
    case 'unpack':
      return unpackBlock(ids.find((id) => hasInside(design.nodes[id]!.kind)) ?? 'none');
    case 'group': {
      const { topology } = analyze(design);
      const after = (topology.outOf.get(one) ?? []).map(({ to }) => to.node);
      const grouping = groupingOf(design, topology, [one, ...(b % 2 === 0 ? after : [])]);
      return isIssue(grouping) ? () => {} : groupNodes(grouping);
    }
    case 'repeat':
      return 'repeat' in (design.nodes[one]?.params ?? {})
        ? setParams([one], { repeat: 1 + (b % 3) })
        : () => {};
    case 'inside': {
      const names = Object.keys(design.blocks);
      const name = names[a % Math.max(1, names.length)];
      if (name === undefined) return () => {};
      const { nodes } = design.blocks[name]!;
      const inner = Object.keys(nodes)[b % Object.keys(nodes).length]!;
      return inBlock(
        name,
        b % 2 === 0 ? setParams([inner], { channels: 1 + (a % 64) }) : removeNodes([inner]),
      );
    }
    case 'move':
      return (draft) => {
        if (draft.nodes[one]) draft.layout[one] = { x: a, y: b };
      };
  }
}

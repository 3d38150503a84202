import { catalog, type NodeKind } from '../../shared/blocks/index.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';

function designFrom(spec: unknown): Design {
  const read = readSpec(JSON.stringify(spec));
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.value;
}

/** Two activations in a row, of which a rule says that one is enough, and a kernel larger than its map. */
export const unsound = designFrom({
  netwright: 2,
  name: 'Unsound',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 7, padding: 1 } },
    { id: 'relu1', kind: 'relu', from: 'conv' },
    { id: 'relu2', kind: 'relu', from: 'relu1' },
    { id: 'big', kind: 'conv2d', from: 'relu2', params: { channels: 8, kernel: [31, 31] } },
    { id: 'output', kind: 'output', from: 'big' },
  ],
});

/** A block of the user's own is what a design says that it is. */
export const kinds = (Object.keys(catalog) as NodeKind[]).filter((kind) => kind !== 'userBlock');

const COLUMNS = 6;
const STEP = { x: 220, y: 130 } as const;

/** Every kind of layer and block, in rows; none is wired, so that each says what it lacks. */
export function everyKind(): Design {
  return designFrom({
    netwright: 2,
    name: 'Every kind',
    nodes: kinds.map((kind) => ({ id: kind, kind })),
    layout: Object.fromEntries(
      kinds.map((kind, i) => [kind, [STEP.x * (i % COLUMNS), STEP.y * Math.floor(i / COLUMNS)]]),
    ),
  });
}

/** One layer or block by itself. */
export const onlyKind = (kind: NodeKind): Design =>
  designFrom({
    netwright: 2,
    name: 'One kind',
    nodes: [{ id: kind, kind }],
    layout: { [kind]: [0, 0] },
  });

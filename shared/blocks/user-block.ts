import { param } from '../schema/params.ts';
import type { BlockFace } from './define.ts';
import { repeatParam } from './repeat.ts';

const params = {
  block: param.text({
    title: 'Block',
    doc: 'The name of the block, as the design defines it.',
    default: '',
    maxLength: 128,
  }),
  repeat: repeatParam,
} as const;

/** A block that the user made: the design holds what it is made of, under its name. */
export const userBlock: BlockFace<typeof params> & { readonly kind: 'userBlock' } = {
  kind: 'userBlock',
  title: 'My block',
  group: 'block',
  icon: 'userBlock',
  summary: 'A block of your own: nodes of the design under one name, used as often as you like.',
  words: ['自定义块'],
  variants: [],
  formula: 'y = block(x), N times in a row',
  doc: `Nodes that belong together become one node, and the design keeps what they are made of under the block's name. Every node
with that name stands for the same layers, so that a change of the block changes all of them; each has weights of its own.

A block has one input and one output. It may hold other blocks, but not itself. With Repeat it stands several times in a row, which
it can where it takes what it gives.

In a spec the design's \`blocks\` hold each block by its name, with its nodes: among them one \`input\`, whose shape is the one that the
block was made for (where it is used, it takes the shape that it is given), and one \`output\`.`,
  version: 1,
  upgrades: {},
  params,
  inputs: [{ name: 'in', doc: 'What the Input inside the block gives.' }],
  outputs: () => [{ name: 'out', doc: 'What the Output inside the block takes.' }],
  headline: ['repeat'],
  examples: [],
};

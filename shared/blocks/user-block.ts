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

A block has one output, and an input for every Input inside, in their order: a decoder's step takes what comes from below and what
comes from beside. It may hold other blocks, but not itself. With Repeat it stands several times in a row, which it can where it takes
what it gives: each takes what the one before it gives as its first input, and all take the same as their others.

In a spec the design's \`blocks\` hold each block by its name, with its nodes: among them an \`input\` for each value that it takes, with
the shape that the block was made for (where it is used, it takes the shape that it is given), and one \`output\`. A node that stands for
a block of two inputs is fed by a list: \`"from": ["up", "skip"]\`.`,
  version: 1,
  upgrades: {},
  params,
  inputs: [
    { name: 'in', doc: 'What the Input inside the block gives.' },
    { name: 'more', doc: 'What its further Inputs give, where it has some.', atLeast: 0 },
  ],
  outputs: () => [{ name: 'out', doc: 'What the Output inside the block takes.' }],
  headline: ['repeat'],
  examples: [],
};

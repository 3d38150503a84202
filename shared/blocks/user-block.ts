import { param } from '../schema/params.ts';
import type { BlockFace } from './define.ts';
import { repeatParam } from './repeat.ts';

/** More than anyone reads the names of. */
export const MAX_OUTPUTS = 64;

const params = {
  block: param.text({
    title: 'Block',
    doc: 'The name of the block, as the design defines it.',
    default: '',
    maxLength: 128,
  }),
  repeat: repeatParam,
  outputs: param.int({
    title: 'Outputs',
    doc: 'How many values it gives: as many as there are Outputs inside. A file says it where there are several.',
    default: 1,
    min: 1,
    max: MAX_OUTPUTS,
    advanced: true,
  }),
} as const;

/** The names of so many outputs: `out`, `out1`, `out2`, …. */
export function outputNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? 'out' : `out${i}`));
}

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

A block has an input for every Input inside and an output for every Output, in their order: a decoder's step takes what comes from
below and what comes from beside, a backbone gives a map of each scale. It may hold other blocks, but not itself. With Repeat it stands several times in a row, which it can where it takes
what it gives: each takes what the one before it gives first as its first input, and all take the same as their others; what it gives
besides is what the last one gives.

In a spec the design's \`blocks\` hold each block by its name, with its nodes: among them an \`input\` for each value that it takes, with
the shape that the block was made for (where it is used, it takes the shape that it is given), and an \`output\` for each that it gives.
A node that stands for a block of two inputs is fed by a list: \`"from": ["up", "skip"]\`. One that stands for a block of two outputs
says so, \`"params": { "block": "trunk", "outputs": 2 }\`; the first is \`"trunk"\` for those that it feeds, the second \`"trunk:out1"\`.`,
  version: 1,
  upgrades: {},
  params,
  inputs: [
    { name: 'in', doc: 'What the Input inside the block gives.' },
    { name: 'more', doc: 'What its further Inputs give, where it has some.', atLeast: 0 },
  ],
  outputs: ({ outputs }) =>
    outputNames(outputs).map((name) => ({ name, doc: 'What an Output inside the block takes.' })),
  headline: ['repeat'],
  examples: [],
};

import { defineRule } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import { areaOf, channelsOf, enlarges, nameOf, networkOf, reportAt, tailOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { type Line, network } from '../rule-examples.ts';

const say = phrases('generator-ends-bounded', {
  open: '{{name}} gives the picture of {{values}} values without a bound; a tanh behind it costs as many operations.',
  bound: 'Put a tanh after "{{name}}"',
});

/** One that doubles maps to pictures of three channels, with these layers behind it. */
const generator = (...behind: readonly Line[]) =>
  network(
    [64, 8, 8],
    ['up', 'convTranspose2d', { channels: 3, kernel: 4, stride: 2, padding: 1 }],
    ...behind,
    ['output', 'output'],
  );

export const generatorEndsBounded = defineRule({
  says: say,
  title: 'A generator ends in a bounded function',
  why: `Pictures lie between −1 and 1. A generator that ends in tanh (or a sigmoid, for 0 to 1) reaches all of that and nothing else; DCGAN found that the bound let it learn faster to cover the colours.`,
  source: 'Radford, Metz and Chintala 2015 (DCGAN)',
  severity: 'warning',
  presets: ['generative'],
  options: {},
  *check({ analysis }) {
    const { steps } = networkOf(analysis);
    const last = steps.findLast(({ traits }) => traits.weighted);
    if (!last || !steps.some(enlarges) || areaOf(last.out) <= 1) return;
    const { tail } = tailOf(last);
    if (tail.some(({ traits }) => traits.bounded)) return;
    const values = (channelsOf(last.out) ?? 0) * areaOf(last.out);
    yield reportAt(last, say('open', { name: nameOf(last), values }), {
      title: say('bound', { name: last.facts.id }),
      safety: 'suggested',
      edit: (draft) => insertAfter(draft, last.facts.id, place(draft, 'tanh', 'tanh')),
    });
  },
  examples: [
    {
      title: 'With a tanh',
      spec: generator(['tanh', 'tanh']),
      finds: [],
    },
    {
      title: 'With a clip to the range of pictures',
      spec: generator(['clip', 'clip', { min: -1, max: 1 }]),
      finds: [],
    },
    {
      title: 'With a ReLU, which bounds one side',
      spec: generator(['relu', 'relu']),
      finds: ['up'],
    },
    {
      title: 'Without',
      spec: generator(),
      finds: ['up'],
    },
  ],
});

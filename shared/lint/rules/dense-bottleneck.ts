import { defineRule } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isConcat,
  isConvolution,
  isDenseSpatial,
  type Network,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('dense-bottleneck', {
  wide: '{{name}} makes {{growth}} channels of {{channels}}, {{macs}} multiply-adds; with a 1×1 to {{narrow}} before it, {{after}}.',
});

export const denseBottleneck = defineRule({
  says: say,
  title: 'Layers of a dense block narrow what they read',
  why: `Deep in a dense block a 3×3 reads hundreds of channels to make k. A 1×1 to 4k channels before it (DenseNet-B) makes the cost C·4k + 9·4k·k instead of
9·C·k: less from C = 7.2k on.`,
  source: 'Huang et al. 2016 (Densely connected convolutional networks)',
  severity: 'info',
  presets: ['densenet'],
  options: {},
  *check({ analysis }) {
    for (const { added, growth } of growths(networkOf(analysis))) {
      const made = isConvolution(added) ? added : sourceOf(added);
      const channels = channelsOf(made?.into) ?? 0;
      if (!made || !isDenseSpatial(made)) continue;
      const after = (channels * 4 * growth + 36 * growth * growth) * areaOf(made.out);
      if (after >= made.macs) continue;
      const says = say('wide', {
        name: nameOf(made),
        growth,
        channels,
        macs: made.macs,
        narrow: 4 * growth,
        after,
      });
      const narrow = rowLayer('conv2d', { channels: 4 * growth, kernel: [1, 1], bias: false });
      yield reportAt(made, says, undefined, () => ({
        now: rowOf(made),
        kept: rowFrom(made.into, narrow, layerAt(made)),
      }));
    }
  },
  examples: [
    { title: 'Twelve times as many channels', spec: block(384), finds: ['new'] },
    { title: 'Few channels', spec: block(64), finds: [] },
  ],
});

/** Concatenations of what came so far and something new, as dense blocks are made of. */
function* growths({ steps }: Network): Iterable<{ cat: Step; added: Step; growth: number; map: number }> {
  for (const cat of steps) {
    if (!isConcat(cat) || cat.before.length !== 2) continue;
    const [kept, added] = cat.before as [Step, Step];
    // The new part is made of the kept one.
    if (added.index !== cat.index - 1 || !madeOf(added, kept)) continue;
    yield { cat, added, growth: channelsOf(added.out) ?? 0, map: areaOf(cat.out) };
  }
}

function madeOf(added: Step, kept: Step): boolean {
  let at: Step | undefined = added;
  for (let i = 0; at !== undefined && i < 16; i++) {
    if (at === kept) return true;
    at = at.before[0];
  }
  return false;
}

function block(channels: number): object {
  return network([3, 32, 32], conv('stem', channels), conv('new', 32), [
    'cat',
    'concat',
    {},
    ['stem', 'new'],
  ]);
}

import { defineRule, type Report } from '../define.ts';
import { growthsIn } from '../dense-blocks.ts';
import { isConvolution, nameOf, networkOf, reportAt, type Step, sourceOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, type Line, network } from '../rule-examples.ts';

const say = phrases('dense-growth', {
  other:
    '{{name}} adds {{growth}} channels where the layer before it adds {{usual}}; all that follow in its block read them, {{values}} values.',
});

export const denseGrowth = defineRule({
  says: say,
  title: 'Layers of a dense block add equally many channels',
  why: `Each layer of a dense block reads all that came before it and adds k channels, its growth rate: the l-th has k₀ + k·(l − 1) inputs. A small
constant k is enough, since everything stays readable; the cost grows with the square of the depth, and so does memory where each concatenation is copied.`,
  source: 'Huang et al. 2016 (Densely connected convolutional networks)',
  severity: 'info',
  presets: ['densenet'],
  options: {},
  *check({ analysis }) {
    let last: { growth: number; map: number } | undefined;
    for (const { added, growth, map } of growthsIn(networkOf(analysis))) {
      if (last && last.map === map && last.growth !== growth)
        yield reportAt(
          added,
          say('other', { name: nameOf(added), growth, usual: last.growth, values: growth * map }),
          undefined,
          instead(added, last.growth),
        );
      last = { growth, map };
    }
  },
  examples: [
    { title: 'Thirty-two each', spec: dense([32, 32, 32]), finds: [] },
    { title: 'One of 48', spec: dense([32, 48, 48]), finds: ['new2'] },
  ],
});

/** As many channels as the layer before it adds. */
function instead(added: Step, channels: number): Report['instead'] {
  const made = isConvolution(added) ? added : sourceOf(added);
  if (!made || !isConvolution(made)) return undefined;
  return () => ({ now: rowOf(made), kept: rowOf(made, { channels }) });
}

function dense(growths: readonly number[]): object {
  const lines = growths.flatMap((growth, i): readonly Line[] => {
    const from = i === 0 ? 'stem' : `cat${i}`;
    const n = i + 1;
    return [conv(`new${n}`, growth, {}, from), [`cat${n}`, 'concat', {}, [from, `new${n}`]]];
  });
  return network([3, 32, 32], conv('stem', 32), ...lines);
}

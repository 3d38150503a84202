import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isConcat,
  isGlobalPool,
  isSum,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf, rowOfSteps, widthOf } from '../rows.ts';
import { network } from '../rule-examples.ts';

const say = phrases('squeeze-excite-ratio', {
  ratio:
    '{{name}} squeezes {{channels}} channels to {{squeezed}}, {{ratio}} times, and the gate holds {{weights}} parameters; {{min}} to {{max}} times is usual, and 16 would take {{usual}}.',
});

export const squeezeExciteRatio = defineRule({
  says: say,
  title: 'A squeeze-and-excitation squeezes by 2 to 32',
  why: `The gate of C channels with a squeeze to C/r holds 2C²/r weights. SENet tried r = 2 to 32: accuracy hardly moved, parameters did, and 16
is its compromise. Much less squeezing pays for weights that bring nothing; much more leaves the gate nothing to see.`,
  source: 'Hu et al. 2017 (Squeeze-and-excitation networks)',
  severity: 'info',
  presets: ['resnet', 'resnext', 'mobilenet', 'efficientnet', 'efficientnet-v2'],
  options: {
    min: param.float({
      title: 'From',
      doc: 'How many times fewer channels at least.',
      default: 2,
      min: 1,
      max: 1000,
    }),
    max: param.float({
      title: 'To',
      doc: 'How many times fewer channels at most.',
      default: 32,
      min: 1,
      max: 1000,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.min, options.max));
  },
  examples: [
    {
      title: 'Sixteen times',
      spec: network([256, 14, 14], ['se', 'squeezeExcite', { squeezed: 16 }]),
      finds: [],
    },
    {
      title: 'Not at all',
      spec: network([256, 14, 14], ['se', 'squeezeExcite', { squeezed: 256 }]),
      finds: ['se'],
    },
  ],
});

function* find({ steps }: Network, min: number, max: number): Iterable<Report> {
  for (const gate of steps) {
    // A product with what an average came to, two products with weights ago.
    if (gate.group !== 'merge' || isSum(gate) || isConcat(gate) || gate.before.length !== 2) continue;
    const factor = gate.before.reduce((a, b) => (areaOf(b.out) < areaOf(a.out) ? b : a));
    const excite = sourceOf(factor);
    const squeeze = excite && sourceOf(excite);
    const pool = squeeze && sourceOf(squeeze);
    if (!excite?.traits.weighted || !squeeze?.traits.weighted || !pool || !isGlobalPool(pool)) continue;
    // Of what fits nowhere no shape is known, and that is told elsewhere.
    if (!excite.out) continue;
    const [channels, squeezed] = [channelsOf(excite.out)!, channelsOf(squeeze.out)!];
    const ratio = channels / squeezed;
    if (ratio >= min && ratio <= max) continue;
    const says = say('ratio', {
      name: nameOf(squeeze),
      channels,
      squeezed,
      ratio: String(Number(ratio.toPrecision(3))),
      weights: excite.weights + squeeze.weights,
      min: String(min),
      max: String(max),
      usual: 2 * channels * Math.ceil(channels / 16),
    });
    const usual = Math.ceil(channels / 16);
    const [batch = 1, , ...map] = excite.into!;
    yield reportAt(squeeze, says, undefined, () => ({
      now: rowOfSteps([squeeze, excite]),
      kept: [...rowOf(squeeze, widthOf(squeeze, usual)), ...rowFrom([batch, usual, ...map], layerAt(excite))],
    }));
  }
}

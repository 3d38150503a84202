import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  channelsOf,
  isConcat,
  isDenseSpatial,
  isElementwise,
  isPointwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('squeeze-ratio', {
  ratio:
    '{{name}} squeezes to {{squeezed}} channels and widens to {{expanded}}, a ratio of {{ratio}}, with {{weights}} parameters; {{min}} to {{max}} is worth it.',
});

export const squeezeRatio = defineRule({
  says: say,
  title: 'A fire module squeezes neither too much nor too little',
  why: `SqueezeNet's fire modules narrow their input by a squeeze of s 1×1 filters before they widen it by e. At s/e = 0.125 the network has 4.8 MB and 80.3 % of top-5 accuracy, at 0.75 19 MB and 86 %, and beyond that nothing is gained.`,
  source: 'Iandola et al. 2016 (SqueezeNet), section 5.2 and figure 3',
  severity: 'info',
  presets: ['squeezenet'],
  options: {
    min: param.float({
      title: 'From',
      doc: 'Squeezed channels over widened ones at least.',
      default: 0.1,
      min: 0,
      max: 1,
    }),
    max: param.float({
      title: 'To',
      doc: 'Squeezed channels over widened ones at most.',
      default: 0.75,
      min: 0,
      max: 1,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.min, options.max));
  },
  examples: [
    { title: 'As in SqueezeNet', spec: fire(16, 64), finds: [] },
    { title: 'Hardly squeezed', spec: fire(112, 64), finds: ['squeeze'] },
  ],
});

function* find({ steps }: Network, min: number, max: number): Iterable<Report> {
  for (const cat of steps) {
    const branches = isConcat(cat)
      ? cat.before.map((step) => (isElementwise(step) ? sourceOf(step) : step))
      : [];
    const [first, second] = branches;
    const squeeze = first && sourceOf(first);
    if (branches.length !== 2 || !second || !squeeze || squeeze !== sourceOf(second) || !isPointwise(squeeze))
      continue;
    if (!isPointwise(first) || !isDenseSpatial(second)) continue;
    const [squeezed, expanded] = [channelsOf(squeeze.out) ?? 0, channelsOf(cat.out) ?? 1];
    const ratio = squeezed / expanded;
    if (ratio >= min && ratio <= max) continue;
    const says = say('ratio', {
      name: nameOf(squeeze),
      squeezed,
      expanded,
      ratio: ratio.toFixed(2),
      weights: squeeze.weights + first.weights + second.weights,
      min: String(min),
      max: String(max),
    });
    const width = Math.max(1, Math.round(expanded * Math.min(max, Math.max(min, ratio))));
    const [batch = 1, , ...map] = first.into ?? [];
    yield reportAt(squeeze, says, undefined, () => ({
      now: [squeeze, first, second].flatMap((step) => rowOf(step)),
      kept: [
        ...rowOf(squeeze, { channels: width }),
        ...[first, second].flatMap((step) => rowFrom([batch, width, ...map], layerAt(step))),
      ],
    }));
  }
}

function fire(squeezed: number, each: number): object {
  return network(
    [128, 27, 27],
    pointwise('squeeze', squeezed),
    ['r', 'relu'],
    pointwise('e1', each),
    conv('e3', each, {}, 'r'),
    ['cat', 'concat', {}, ['e1', 'e3']],
  );
}

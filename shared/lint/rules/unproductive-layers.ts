import { smallestOf } from '../../base/extremes.ts';
import { defineRule } from '../define.ts';
import { isConvolution, largest, nameOf, networkOf, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, type Line, network } from '../rule-examples.ts';

const say = phrases('unproductive-layers', {
  idle: '{{name}} and {{count}} convolutions in all read maps each position of which has seen the whole {{picture}} picture already (at least {{field}} pixels): {{macs}} multiply-adds and {{weights}} parameters that widen no view.',
});

export const unproductiveLayers = defineRule({
  says: say,
  title: 'Convolutions see more of the picture than the layer before',
  why: `Once the receptive field of what a convolution reads spans the whole picture on every path, its window adds no context: each position has seen
everything. Richter et al. found that such layers solve hardly any of the task and can be left out, or the picture made larger. Where shortcuts
lead past, the shortest path counts.`,
  source: 'Richter et al. 2021 (Should you go deeper? Optimizing convolutional neural network architectures)',
  severity: 'info',
  presets: ['resnet'],
  options: {},
  *check({ analysis }) {
    const { steps, inputArea } = networkOf(analysis);
    const side = Math.sqrt(inputArea);
    const fields: number[] = [];
    const idle: Step[] = [];
    for (const step of steps) {
      const seen = step.before.map(({ index }) => fields[index]!);
      const before = seen.length === 0 ? 1 : smallestOf(seen);
      const { window, facts } = step;
      const pace = largest(step.before[0]?.facts.reach?.step ?? [1]);
      const wider =
        window && Number.isFinite(pace) ? (largest(window.kernel) - 1) * largest(window.dilation) * pace : 0;
      fields.push(before + wider);
      if (isConvolution(step) && wider > 0 && before >= side && facts.cost) idle.push(step);
    }
    const [first] = idle;
    if (first === undefined || inputArea === 0) return;
    const says = say('idle', {
      name: nameOf(first),
      count: idle.length,
      picture: `${Math.round(side)}×${Math.round(side)}`,
      field: Math.floor(smallestOf(first.before.map(({ index }) => fields[index]!))),
      macs: idle.reduce((total, step) => total + step.macs, 0),
      weights: idle.reduce((total, step) => total + step.weights, 0),
    });
    yield reportAt(first, says, undefined, () => ({ now: idle.flatMap((step) => rowOf(step)), kept: [] }));
  },
  examples: [
    {
      title: 'A deep network on a small picture',
      spec: network(
        [3, 32, 32],
        ...['a', 'b', 'c'].flatMap((stage): Line[] => [
          conv(`${stage}1`, 32),
          [`${stage}r`, 'relu'],
          conv(`${stage}2`, 32),
          [`${stage}p`, 'maxPool'],
        ]),
        conv('d1', 32),
        ['r', 'relu'],
        conv('d2', 32),
      ),
      finds: ['d1'],
    },
    {
      title: 'The same on a large one',
      spec: network(
        [3, 128, 128],
        ...['a', 'b', 'c'].flatMap((stage): Line[] => [
          conv(`${stage}1`, 32),
          [`${stage}r`, 'relu'],
          conv(`${stage}2`, 32),
          [`${stage}p`, 'maxPool'],
        ]),
        conv('d1', 32),
      ),
      finds: [],
    },
  ],
});

import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { areaOf, isConvolution, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('late-downsampling', {
  early:
    '{{count}} of {{layers}} convolutions, {{share}}, and {{weights}} parameters work on maps shrunk sixteen times or more; the last stride but one is {{name}}.',
});

export const lateDownsampling = defineRule({
  says: say,
  title: 'Maps stay large for long',
  why: `Where parameters are what is scarce, not multiply-adds, strides belong late: layers on large maps keep more of the picture for the same weights. SqueezeNet and He and Sun found higher accuracy so at the
same number of parameters, at more multiply-adds.`,
  source:
    'Iandola et al. 2016 (SqueezeNet); He and Sun 2014 (Convolutional neural networks at constrained time cost)',
  severity: 'info',
  presets: ['squeezenet'],
  contradicts: {
    'aggressive-stem':
      'GoogLeNet counts multiply-adds and shrinks the map at once; SqueezeNet counts parameters and keeps it large.',
  },
  options: {
    maxShare: param.float({
      title: 'Share',
      doc: 'Of the convolutions, on maps shrunk sixteen times or more.',
      default: 0.6,
      min: 0,
      max: 1,
    }),
  },
  *check({ analysis, options }) {
    const { steps, inputArea } = networkOf(analysis);
    const convolutions = steps.filter(isConvolution);
    const small = convolutions.filter(({ into }) => areaOf(into) > 1 && 200 * areaOf(into) <= inputArea);
    const share = small.length / Math.max(1, convolutions.length);
    const [first] = small;
    if (!first || convolutions.length < 8 || share <= options.maxShare) return;
    const says = say('early', {
      count: small.length,
      layers: convolutions.length,
      share: percent(share),
      weights: small.reduce((total, step) => total + step.weights, 0),
      name: nameOf(first),
    });
    yield reportAt(first, says, undefined, () => ({
      now: small.flatMap((step) => rowOf(step)),
      kept: [],
    }));
  },
  examples: [
    { title: 'Most of it on small maps', spec: strided(4, 8), finds: ['c4'] },
    { title: 'Most of it on large ones', spec: strided(4, 0), finds: [] },
  ],
});

function strided(strides: number, more: number): object {
  const wide = Array.from({ length: 8 - more }, (_, i) => conv(`w${i}`, 16));
  const down = Array.from({ length: strides }, (_, i) => conv(`s${i}`, 16, { stride: 2 }));
  const narrow = Array.from({ length: more }, (_, i) => conv(`c${i + 4}`, 16));
  return network([3, 128, 128], ...wide, ...down, ...narrow);
}

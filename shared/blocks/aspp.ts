import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

export const aspp = defineBlock({
  kind: 'aspp',
  title: 'ASPP',
  icon: 'aspp',
  summary: 'Looks at a map with several reaches at once, and at all of it.',
  words: ['atrous', 'atrous spatial pyramid pooling', 'deeplab', '空洞空间金字塔池化'],
  formula: 'y = f(W · [1×1, 3×3 at r₁, r₂, r₃, mean])',
  doc: `Atrous spatial pyramid pooling: a 1×1, three 3×3 whose taps lie r pixels apart (reaching 2r + 1), and the mean of the whole map, side
by side, then a 1×1 that joins them. Objects of several sizes are seen without shrinking the map.

Sources: Chen et al. 2017 (DeepLabv3), figure 5; torchvision (ASPP).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'Of each branch and the output.',
      default: 256,
      symbol: 'C',
      role: 'width',
    }),
    rates: param.ints({
      title: 'Rates',
      doc: 'Distances between the taps of the 3×3, one branch each.',
      default: [12, 24, 36],
      min: 1,
      max: 256,
      maxLength: 8,
    }),
    height: param.int({ title: 'Height', doc: 'Of the map that comes in.', default: 28, advanced: true }),
    width: param.int({ title: 'Width', doc: 'Of the map that comes in.', default: 28, advanced: true }),
    epsilon: epsilonParam,
  },
  headline: ['channels', 'rates'],
  expand({ channels, rates, height, width, epsilon }) {
    const f = new FragmentBuilder();
    const unit = (id: string, kernel: number, rate: number, from: string): string => {
      const pad = ((kernel - 1) / 2) * rate;
      const params = {
        channels,
        kernel: [kernel, kernel],
        padding: [pad, pad, pad, pad],
        dilation: [rate, rate],
        bias: false,
      };
      const at = (part: number): string => id.replace('*', String(part));
      const conv = f.add(at(0), 'conv2d', params, from);
      return f.add(at(2), 'relu', {}, addNorm(f, at(1), { batchNorm: true, epsilon }, conv));
    };
    const one = unit('convs.0.*', 1, 1, '@in');
    const around = rates.map((rate, i) => unit(`convs.${i + 1}.*`, 3, rate, '@in'));
    const last = `convs.${rates.length + 1}`;
    const mean = f.add(`${last}.0`, 'globalAvgPool', { keepDims: true }, '@in');
    const conv = f.add(`${last}.1`, 'conv2d', { channels, kernel: [1, 1], bias: false }, mean);
    const normed = addNorm(f, `${last}.2`, { batchNorm: true, epsilon }, conv);
    const whole = f.add(`${last}.3`, 'relu', {}, normed);
    const spread = f.add(`${last}.4`, 'resize', { size: [height, width], mode: 'linear' }, whole);
    const all = f.add('concat', 'concat', {}, one, ...around, spread);
    return f.build(unit('project.*', 1, 1, all));
  },
  examples: [
    {
      title: "DeepLabv3's head on 2,048 channels of 28×28",
      params: {},
      inputs: [[1, 2048, 28, 28]],
      outputs: [[1, 256, 28, 28]],
      macs: 11_766_595_584,
      trainedParams: 15_535_104,
      source: 'Chen et al. 2017; (1 + 27)·2048·256·28² + 2048·256 + 1280·256·28², and 2·6·256 of the norms',
    },
  ],
});

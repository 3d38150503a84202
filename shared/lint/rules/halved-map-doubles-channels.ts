import { defineRule } from '../define.ts';
import { isConvolution, nameOf, networkOf, type Residual, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf, widened } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('halved-map-doubles-channels', {
  few: 'The stage of {{name}} has {{width}} channels on {{map}} maps behind one of {{before}} on maps {{shrunk}} times larger: its blocks cost {{macs}} multiply-adds each instead of {{usual}}; {{wanted}} channels would keep the cost.',
});

export const halvedMapDoublesChannels = defineRule({
  says: say,
  title: 'Half the map, twice the channels',
  why: `ResNet's second rule: where the map is halved, the filters are doubled, so that a block costs the same everywhere:
9·(2C)²·(H/2)·(W/2) = 9·C²·H·W. Fewer channels starve the later stages, more make them the dear ones.`,
  source:
    'He, Zhang, Ren and Sun 2015 (Deep residual learning for image recognition); Xie et al. 2016 (ResNeXt)',
  severity: 'warning',
  presets: ['resnet', 'resnext', 'convnext'],
  options: {},
  *check({ analysis }) {
    const { stages } = networkOf(analysis);
    for (const [i, { blocks, width, map }] of stages.entries()) {
      const last = stages[i - 1];
      if (!last) continue;
      // A stage is of one block at least.
      const [first, usual, own] = [blocks[0]!, last.blocks.at(-1)!, blocks.at(-1)!];
      const shrunk = (last.map[0] * last.map[1]) / (map[0] * map[1]);
      const wanted = last.width * Math.sqrt(shrunk);
      // Odd maps are rounded: 4.2 for 4.
      if (shrunk <= 1.5 || Math.abs(width / wanted - 1) < 0.15) continue;
      const says = say('few', {
        name: nameOf(first.sum),
        width,
        map: map.join('×'),
        before: last.width,
        shrunk: String(Number(shrunk.toPrecision(3))),
        macs: macsOf(own),
        usual: macsOf(usual),
        wanted: Math.round(wanted),
      });
      const convolutions = own.branch.filter(isConvolution);
      yield reportAt(first.sum, says, undefined, () => ({
        now: convolutions.flatMap((step) => rowOf(step)),
        kept: widened(convolutions, wanted / width),
      }));
    }
  },
  examples: [
    { title: 'Sixty-four, then 128', spec: staged(128), finds: [] },
    { title: 'Sixty-four, then 64', spec: staged(64), finds: ['b3'] },
  ],
});

function macsOf({ branch }: Residual): number {
  return branch.reduce((total, { macs }) => total + macs, 0);
}

function staged(channels: number): object {
  return network(
    [3, 32, 32],
    conv('stem', 64),
    ['b1', 'residual', { channels: 64 }],
    ['b2', 'residual', { channels: 64 }],
    ['b3', 'residual', { channels, stride: 2, shortcut: 'projection' }],
    ['b4', 'residual', { channels }],
  );
}

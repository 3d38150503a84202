import { bytesOf } from '../../graph/number-types.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import { type Network, nameOf, networkOf, oncePerNode, reportAt, valuesMovedBy } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, depthwise, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('low-intensity', {
  low: '{{name}} does {{macs}} multiply-adds for {{bytes}} bytes that it reads and writes, {{intensity}} for each, where the machine is balanced at {{balance}}; and it moves {{share}} of all bytes.',
});

export const lowIntensity = defineRule({
  says: say,
  title: 'Layers that move many bytes do much with each',
  why: `A machine can do so many multiply-adds in the time in which it moves one byte: its balance. A layer that does fewer for each byte that it reads and writes waits for memory, and takes as long as its bytes do, however few its
multiply-adds are (the roofline). In a second a V100 does 125 · 10¹² operations in half precision, two for each multiply-add, and moves 900 · 10⁹ bytes: 125 · 10¹² / 2 / (900 · 10⁹) ≈ 69 multiply-adds per byte. Fully connected layers for one picture do one for each weight,
depthwise 3×3 convolutions nine for two values. The rule speaks of those that move a large share of all bytes.`,
  source:
    'Williams, Waterman and Patterson 2009 (Roofline); NVIDIA, GPU performance background; Ma et al. 2018 (ShuffleNet V2)',
  severity: 'info',
  presets: ['tensor-cores'],
  options: {
    balance: param.float({
      title: 'Balance',
      doc: 'Multiply-adds that the machine does in the time in which it moves one byte: `netwright calibrate` measures both.',
      default: 69,
      min: 0,
      max: 1e6,
    }),
    minShare: param.float({
      title: 'From share',
      doc: 'Layers that move a smaller share of the bytes are left alone.',
      default: 0.1,
      min: 0,
      max: 1,
    }),
    minLayers: param.int({
      title: 'From layers',
      doc: 'Networks of fewer layers are left alone.',
      default: 10,
    }),
  },
  *check({ analysis, options }) {
    const bytesEach = bytesOf(analysis.totals.numbers.activations);
    yield* oncePerNode(find(networkOf(analysis), { ...options, bytesEach }));
  },
  examples: [
    {
      title: 'A fully connected layer over a map, as in VGG',
      spec: network(
        [64, 14, 14],
        ...Array.from({ length: 9 }, (_, i) => conv(`c${i}`, 64)),
        ['flat', 'flatten'],
        ['fc', 'linear', { features: 256 }],
      ),
      finds: ['fc'],
    },
    {
      title: 'A depthwise convolution on a large map',
      spec: network(
        [128, 56, 56],
        depthwise('dw', 128),
        ['pool', 'maxPool', { kernel: 4, stride: 4 }],
        ...Array.from({ length: 9 }, (_, i) => conv(`c${i}`, 128)),
      ),
      finds: ['dw'],
    },
    {
      title: 'Dense convolutions',
      spec: network([256, 28, 28], ...Array.from({ length: 10 }, (_, i) => conv(`c${i}`, 256))),
      finds: [],
    },
  ],
});

interface Bounds {
  readonly balance: number;
  readonly minShare: number;
  readonly minLayers: number;
  readonly bytesEach: number;
}

function* find({ steps }: Network, { balance, minShare, minLayers, bytesEach }: Bounds): Iterable<Report> {
  const layers = steps.filter(({ traits }) => traits.weighted);
  if (layers.length < minLayers) return;
  const all = steps.reduce((total, step) => total + valuesMovedBy(step), 0);
  for (const step of layers) {
    const moved = valuesMovedBy(step);
    const [share, intensity] = [moved / Math.max(1, all), step.macs / (moved * bytesEach)];
    if (step.macs === 0 || share < minShare || intensity >= balance) continue;
    const says = say('low', {
      name: nameOf(step),
      macs: step.macs,
      bytes: moved * bytesEach,
      intensity: String(Number(intensity.toPrecision(2))),
      balance: String(balance),
      share: percent(share),
    });
    yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: [] }));
  }
}

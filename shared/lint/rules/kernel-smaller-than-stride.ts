import { setParams } from '../../graph/edits.ts';
import type { ParamValues } from '../../schema/params.ts';
import { defineRule, type ProposedFix, type Report } from '../define.ts';
import { insertBefore, place } from '../fix-edits.ts';
import type { Row } from '../instead.ts';
import {
  areaOf,
  isConvolution,
  isPointwise,
  isPool,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('kernel-smaller-than-stride', {
  skips:
    '{{name}} has a {{kernel}} window and stride {{stride}}: {{share}} of its {{map}} input, {{values}} values per picture, are never read.',
  average: 'Average {{stride}} positions first, and take a stride of 1',
});

export const kernelSmallerThanStride = defineRule({
  says: say,
  title: 'Windows read every position they step over',
  why: `A window of k positions that steps by s > k never reads the positions between: a 1×1 convolution with stride 2 looks at one
position of four, 1 − (k/s)² = 75 % of its input is thrown away unread, though the layers before paid for it. ResNet-50 does so in
each projected shortcut. Striding in a 3×3 instead, or averaging 2×2 before the 1×1 (ResNet-D), reads everything at hardly any cost.`,
  source:
    'He, Zhang, Zhang, Zhang, Xie and Li 2018 (Bag of tricks for image classification); arithmetic of windows',
  severity: 'warning',
  presets: [
    'bag-of-tricks',
    'mobilenet-v1',
    'mobilenet',
    'shufflenet',
    'efficientnet',
    'efficientnet-v2',
    'convnext',
  ],
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'The shortcut of ResNet-50',
      spec: network([64, 56, 56], pointwise('projection', 128, { stride: 2 })),
      finds: ['projection'],
    },
    {
      title: 'The shortcut of ResNet-D',
      spec: network(
        [64, 56, 56],
        ['average', 'avgPool', { kernel: 2, stride: 2 }],
        pointwise('projection', 128),
      ),
      finds: [],
    },
    { title: 'A stride in a 3×3', spec: network([64, 56, 56], conv('conv', 128, { stride: 2 })), finds: [] },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const step of steps) {
    const { window, into } = step;
    if (!window || into?.length !== 4 || !(isConvolution(step) || isPool(step))) continue;
    const read = ([0, 1] as const).map((axis) => Math.min(1, window.kernel[axis] / window.stride[axis]));
    const share = 1 - read[0]! * read[1]!;
    // On a map of one position nothing lies between.
    if (share === 0 || areaOf(into) === 1) continue;
    const says = say('skips', {
      name: nameOf(step),
      kernel: window.kernel.join('×'),
      stride: window.stride.join('×'),
      share: percent(share),
      map: into.slice(1).join('×'),
      values: Math.round(share * into[1]! * areaOf(into)),
    });
    const fix = isPointwise(step) ? averaged(step) : undefined;
    yield reportAt(step, says, fix, () => ({ now: rowOf(step), kept: averagedRow(step) }));
  }
}

/** The average that reads all, and the step behind it. */
function averagedRow(step: Step): readonly Row[] {
  return rowFrom(step.into, rowLayer('avgPool', averageOf(step)), layerAt(step, { stride: [1, 1] }));
}

function averageOf({ window }: Step): ParamValues {
  const stride = [...(window?.stride ?? [1, 1])];
  return { kernel: stride, stride, ceilMode: true };
}

function averaged(step: Step): ProposedFix {
  const { facts, window } = step;
  return {
    title: say('average', { stride: (window?.stride ?? []).join('×') }),
    safety: 'suggested',
    edit(draft) {
      const pool = place(draft, `${facts.id}_pool`, 'avgPool', averageOf(step));
      insertBefore(draft, { node: facts.id, port: 'in' }, pool);
      setParams([facts.id], { stride: [1, 1] })(draft);
    },
  };
}

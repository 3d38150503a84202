import type { NodeFacts } from '../../analysis/facts.ts';
import type { Phrase } from '../../base/messages.ts';
import { setParams } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import { areaOf } from '../network.ts';
import { nameWithin, phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { layersIn, paramsOf } from '../views.ts';

const say = phrases('vgg-conv-3x3', {
  other: "{{name}} is a convolution with {{broken}}; VGG's are all 3×3 with stride 1 and padding 1.",
  costs:
    '{{conv}} It costs {{macs}} multiply-adds and {{weights}} weights; as theirs, {{afterMacs}} and {{after}}.',
  kernel: 'a {{height}}×{{width}} kernel',
  stride: 'stride {{stride}}',
  dilation: 'dilation {{dilation}}',
  padding: 'padding {{padding}}',
  make: 'Make it 3×3, stride 1, padding 1',
  pools: 'Make it 3×3, and shrink the map with 2×2 pools',
});

export const vggConv3x3 = defineRule({
  says: say,
  title: 'Convolutions are 3×3, stride 1, padding 1',
  why: `Two stacked 3×3 convolutions see the same 5×5 pixels as one 5×5, for 2·9C² = 18C² instead of 25C² weights and as many
multiply-adds per position, with one more non-linearity in between; three see 7×7 for 27C² instead of 49C². Once every
convolution is 3×3, stride 1 and padding 1, the map keeps its size and only pools shrink it: kernel sizes are no
hyper-parameter any more, and a network is deepened without starting over.`,
  source: 'Simonyan and Zisserman 2014, section 2.3',
  severity: 'warning',
  presets: ['vgg'],
  options: {
    allowPointwise: param.flag({
      title: 'Allow 1×1',
      doc: 'Accepts 1×1 convolutions, as in configuration C of VGG.',
      default: false,
    }),
  },
  *check({ analysis, options }) {
    for (const id of analysis.order) {
      const facts = analysis.facts.get(id)!;
      for (const layer of layersIn(facts)) {
        const broken = breach(layer, options.allowPointwise);
        if (broken === undefined) continue;
        const fix = facts === layer ? fixOf(facts) : undefined;
        yield {
          node: id,
          says: withCost(say('other', { name: nameWithin(facts, layer), broken }), layer),
          ...(fix === undefined ? {} : { fix }),
          instead: () => ({ now: rowOf({ facts: layer }), kept: rowOf({ facts: layer }, asInVgg) }),
        };
        break;
      }
    }
  },
  examples: [
    {
      title: 'The first stage of VGG-16',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1_1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'relu1_1', kind: 'relu', from: 'conv1_1' },
          { id: 'conv1_2', kind: 'conv2d', from: 'relu1_1', params: { padding: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: "AlexNet's large kernels",
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 227, 227] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { kernel: 11, stride: 4, padding: 2 } },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'relu1', params: { channels: 192, kernel: 5, padding: 2 } },
          { id: 'relu2', kind: 'relu', from: 'conv2' },
          { id: 'conv3', kind: 'conv2d', from: 'relu2', params: { channels: 384, padding: 1 } },
        ],
      },
      finds: ['conv1', 'conv2'],
    },
    {
      title: 'No padding, and a stride',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'bare', kind: 'conv2d', from: 'input' },
          { id: 'strided', kind: 'conv2d', from: 'bare', params: { stride: 2, padding: 1 } },
        ],
      },
      finds: ['bare', 'strided'],
    },
    {
      title: 'A unit with a 5×5 inside',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'unit', kind: 'convBnRelu', from: 'input', params: { kernel: 5, padding: 2 } },
        ],
      },
      finds: ['unit'],
    },
  ],
});

const asInVgg = { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] };

/** What is not as VGG has it. */
function breach(layer: NodeFacts, allowPointwise: boolean): Phrase | undefined {
  const conv = paramsOf(layer, 'conv2d');
  if (conv === undefined) return undefined;
  const [height, width] = conv.kernel;
  if (allowPointwise && height === 1 && width === 1) return undefined;
  if (height !== 3 || width !== 3) return say('kernel', { height, width });
  if (conv.stride.some((step) => step !== 1)) return say('stride', { stride: conv.stride.join('×') });
  if (conv.dilation.some((step) => step !== 1)) return say('dilation', { dilation: conv.dilation.join('×') });
  const padded = conv.padding === 'same' || conv.padding.every((side) => side === 1);
  return padded ? undefined : say('padding', { padding: String(conv.padding) });
}

/** What it costs beside a 3×3 that keeps the size of its map. */
function withCost(conv: Phrase, layer: NodeFacts): Phrase {
  const {
    inputs: [into],
    cost,
  } = layer;
  const params = paramsOf(layer, 'conv2d');
  if (params === undefined || cost === undefined || into?.length !== 4) return conv;
  const { channels, groups, kernel } = params;
  const each = (into[1]! / groups) * channels;
  return say('costs', {
    conv,
    macs: cost.macs.value,
    weights: each * kernel[0] * kernel[1],
    afterMacs: each * 9 * areaOf(into),
    after: each * 9,
  });
}

/** A 3×3 in its place; where it strode, a 2×2 pool takes over the shrinking, as in VGG. */
function fixOf(facts: NodeFacts): ProposedFix | undefined {
  const conv = paramsOf(facts, 'conv2d');
  if (conv === undefined) return undefined;
  const strides = conv.stride.some((step) => step > 1);
  return {
    title: say(strides ? 'pools' : 'make'),
    safety: 'suggested',
    edit(draft) {
      setParams([facts.id], asInVgg)(draft);
      const halvings = Math.floor(Math.log2(Math.max(...conv.stride)));
      for (let i = 0; i < halvings; i++)
        insertAfter(draft, facts.id, place(draft, `${facts.id}_pool`, 'maxPool'));
    },
  };
}

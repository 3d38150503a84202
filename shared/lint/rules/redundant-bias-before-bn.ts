import { setParams } from '../../graph/edits.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { hasMatrix, outputOf } from '../views.ts';

const say = phrases('redundant-bias-before-bn', {
  undone: 'The bias of "{{name}}" is undone by "{{norm}}", which subtracts the mean of each channel.',
  idle: 'The bias of "{{name}}" is undone by "{{norm}}", which subtracts the mean of each channel: {{channels}} parameters without effect.',
  remove: 'Remove the bias',
});

export const redundantBiasBeforeBn = defineRule({
  says: say,
  title: 'No bias before batch normalisation',
  why: `Batch normalisation subtracts the mean of each channel, and with it any constant that was added before:
BN(w·x + b) = BN(w·x). Its own shift β takes the part of the bias. The bias costs C_out parameters and one addition per
element, and its gradient is zero. A trained bias b can be dropped without any change when the running mean is lowered by b.`,
  source: 'Ioffe and Szegedy 2015, section 3.2',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check({ analysis, after }) {
    for (const id of analysis.order) {
      const facts = analysis.facts.get(id)!;
      const { bias } = facts.node.params;
      if (bias !== true || !hasMatrix(facts) || facts.node.bypass === true) continue;
      const next = after(id);
      if (next.length === 0 || next.some(({ node }) => node.kind !== 'batchNorm')) continue;
      const channels = outputOf(facts)?.[1];
      yield {
        node: id,
        says:
          channels === undefined
            ? say('undone', { name: id, norm: next[0]!.id })
            : say('idle', { name: id, norm: next[0]!.id, channels }),
        fix: {
          title: say('remove'),
          safety: 'safe',
          edit: (draft) => setParams([id], { bias: false })(draft),
        },
      };
    }
  },
  examples: [
    {
      title: 'Without a bias',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, bias: false } },
          { id: 'bn', kind: 'batchNorm', from: 'conv' },
          { id: 'relu', kind: 'relu', from: 'bn' },
        ],
      },
      finds: [],
    },
    {
      title: 'The bias is seen elsewhere too',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8 } },
          { id: 'bn', kind: 'batchNorm', from: 'conv' },
          { id: 'sum', kind: 'add', from: ['bn', 'conv'] },
        ],
      },
      finds: [],
    },
    {
      title: 'A bias before the normalisation',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8 } },
          { id: 'bn', kind: 'batchNorm', from: 'conv' },
          { id: 'relu', kind: 'relu', from: 'bn' },
          { id: 'pool', kind: 'globalAvgPool', from: 'relu' },
          { id: 'fc', kind: 'linear', from: 'pool', params: { features: 10 } },
          { id: 'bn2', kind: 'batchNorm', from: 'fc' },
        ],
      },
      finds: ['conv', 'fc'],
    },
  ],
});

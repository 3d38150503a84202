import type { NodeFacts } from '../../analysis/facts.ts';
import { setParams } from '../../graph/edits.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import type { Exchange } from '../instead.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { rowFrom, rowLayer } from '../rows.ts';
import { paramsOf } from '../views.ts';

const say = phrases('large-kernel-stack', {
  large:
    '"{{name}}" is a {{kernel}}×{{kernel}} convolution with {{before}} weights; {{count}} stacked 3×3 see as far with {{after}}.',
  stack: 'Replace it by {{count}} stacked 3×3 convolutions with ReLU between',
});

export const largeKernelStack = defineRule({
  says: say,
  title: 'Small kernels, stacked, instead of a large one',
  why: `Two 3×3 convolutions see the same 5×5 pixels as one 5×5 and three the 7×7 of one 7×7, for 18C² instead of 25C² and 27C²
instead of 49C² weights and multiply-adds per position, with a non-linearity between each two. The rule speaks only where
the stack really is cheaper: where a large kernel widens few channels to many, it is not.`,
  source: 'Simonyan and Zisserman 2014, section 2.3',
  severity: 'info',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    for (const [id, facts] of analysis.facts) {
      const stack = stackFor(facts);
      if (stack === undefined) continue;
      const { kernel, count, before, after } = stack;
      yield {
        node: id,
        says: say('large', { name: id, kernel, before, count, after }),
        fix: fixOf(facts, count),
        instead: () => stacked(facts, count),
      };
    }
  },
  examples: [
    {
      title: 'A 5×5 that keeps its channels',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 28, 28] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { kernel: 5, padding: 2 } },
          { id: 'relu', kind: 'relu', from: 'conv' },
        ],
      },
      finds: ['conv'],
    },
    {
      title: 'A 7×7 that keeps its channels',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [32, 28, 28] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 32, kernel: 7, padding: 'same' } },
          { id: 'relu', kind: 'relu', from: 'conv' },
        ],
      },
      finds: ['conv'],
    },
    {
      title: 'A stack of two',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 28, 28] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'relu1', params: { padding: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: "AlexNet's 5×5 from 64 to 192 channels: the stack would cost more",
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 27, 27] } },
          { id: 'conv2', kind: 'conv2d', from: 'input', params: { channels: 192, kernel: 5, padding: 2 } },
        ],
      },
      finds: [],
    },
  ],
});

interface Stack {
  readonly kernel: number;
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/** The stack of 3×3 that sees as far as a size-keeping convolution, where it has fewer weights. */
function stackFor(facts: NodeFacts): Stack | undefined {
  const conv = paramsOf(facts, 'conv2d');
  const into = facts.inputs[0]?.[1];
  if (conv === undefined || into === undefined || facts.node.bypass === true) return undefined;
  const [kernel, width] = conv.kernel;
  if (kernel !== width || kernel < 5 || kernel % 2 === 0) return undefined;
  if ([...conv.stride, ...conv.dilation, conv.groups].some((value) => value !== 1)) return undefined;
  const half = (kernel - 1) / 2;
  if (conv.padding !== 'same' && conv.padding.some((side) => side !== half)) return undefined;
  const before = kernel * kernel * into * conv.channels;
  const after = 9 * (into + (half - 1) * conv.channels) * conv.channels;
  return after < before ? { kernel, count: half, before, after } : undefined;
}

/** The activations between run as one with what is before them. */
function stacked({ inputs: [into], node: { params } }: NodeFacts, count: number): Exchange {
  const small = rowLayer('conv2d', { ...params, kernel: [3, 3], padding: [1, 1, 1, 1] });
  return {
    now: rowFrom(into, rowLayer('conv2d', params)),
    kept: rowFrom(into, ...Array.from({ length: count }, () => small)),
  };
}

function fixOf({ id }: NodeFacts, count: number): ProposedFix {
  return {
    title: say('stack', { count }),
    safety: 'suggested',
    edit(draft) {
      const small = { kernel: [3, 3], padding: [1, 1, 1, 1] };
      setParams([id], small)(draft);
      const params = draft.nodes[id]!.params as NodeFacts['node']['params'];
      for (let i = 1, last = id; i < count; i++) {
        const relu = place(draft, `${id}_relu`, 'relu');
        const conv = place(draft, `${id}_${i + 1}`, 'conv2d', { ...params, ...small });
        insertAfter(draft, last, relu);
        insertAfter(draft, relu, conv);
        last = conv;
      }
    },
  };
}

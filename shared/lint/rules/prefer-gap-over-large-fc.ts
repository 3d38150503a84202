import type { NodeFacts } from '../../analysis/facts.ts';
import { formatSample } from '../../base/dims.ts';
import type { NodeId } from '../../graph/design.ts';
import { removeAndBridge } from '../../graph/edits.ts';
import { traitsOf } from '../../layers/index.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix, type RuleContext } from '../define.ts';
import { insertBefore, place } from '../fix-edits.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { outputOf, paramsOf, percent } from '../views.ts';

const say = phrases('prefer-gap-over-large-fc', {
  large:
    '"{{name}}" holds {{params}} parameters, {{share}} of the design, because it sees the flattened {{map}} map.',
  average:
    '"{{name}}" holds {{params}} parameters, {{share}} of the design, because it sees the flattened {{map}} map. Global average pooling and one fully connected layer save {{saved}} parameters.',
  replace: 'Replace the head by global average pooling and "{{last}}"',
});

export const preferGapOverLargeFc = defineRule({
  says: say,
  title: 'Global average pooling instead of a large fully connected layer',
  why: `A fully connected layer over a flattened C×H×W map holds C·H·W weights per output: fc6 of VGG-16 has 512·7·7·4096 = 102,760,448
of the network's 138 million. Global average pooling, y_c = mean over H×W of x_c, leaves C values; one fully connected
layer over them needs C·classes weights. GoogLeNet ends so, and does with 7 million parameters in all. It also takes any
size of input, and overfits less.`,
  source: 'Lin, Chen and Yan 2013, section 3.2; Szegedy et al. 2014, section 5',
  severity: 'warning',
  // VGG's own head is what it speaks against.
  presets: everyPreset.filter((pack) => pack !== 'vgg'),
  options: {
    minParams: param.int({
      title: 'From parameters',
      doc: 'Smaller layers are left alone.',
      default: 1_000_000,
      max: 1e12,
    }),
    minShare: param.float({
      title: 'From share',
      doc: "Layers with a smaller share of the design's parameters are left alone.",
      default: 0.1,
      min: 0,
      max: 1,
    }),
  },
  *check(at) {
    const { analysis, options } = at;
    // One flatten may feed any number of layers; what could stand in its place is the same for all.
    const known = new Map<NodeId, ReturnType<typeof replace>>();
    for (const [id, facts] of analysis.facts) {
      if (facts.node.kind !== 'linear') continue;
      const params = facts.cost?.params.value ?? 0;
      const share = params / Math.max(analysis.totals.params, 1);
      if (params < options.minParams || share < options.minShare) continue;
      const flatten = flattenBefore(at, id);
      if (flatten === undefined) continue;
      if (!known.has(flatten.id)) known.set(flatten.id, replace(at, flatten));
      const replacement = known.get(flatten.id);
      const saved = replacement?.savedParams ?? 0;
      const fix = saved > 0 ? replacement?.fix : undefined;
      const map = formatSample(flatten.inputs[0]!);
      const large = { name: id, params, share: percent(share), map };
      yield {
        node: id,
        says: fix === undefined ? say('large', large) : say('average', { ...large, saved }),
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
  examples: [
    {
      title: 'The head of ResNet',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [2048, 7, 7] } },
          { id: 'gap', kind: 'globalAvgPool', from: 'input' },
          { id: 'fc', kind: 'linear', from: 'gap', params: { features: 1000 } },
        ],
      },
      finds: [],
    },
    {
      title: 'The head of VGG-16',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [512, 7, 7] } },
          { id: 'flatten', kind: 'flatten', from: 'input' },
          { id: 'fc6', kind: 'linear', from: 'flatten', params: { features: 4096 } },
          { id: 'relu6', kind: 'relu', from: 'fc6' },
          { id: 'drop6', kind: 'dropout', from: 'relu6' },
          { id: 'fc7', kind: 'linear', from: 'drop6', params: { features: 4096 } },
          { id: 'relu7', kind: 'relu', from: 'fc7' },
          { id: 'fc8', kind: 'linear', from: 'relu7', params: { features: 1000 } },
          { id: 'output', kind: 'output', from: 'fc8' },
        ],
      },
      finds: ['fc6'],
    },
    {
      title: 'A small classifier may flatten',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [16, 5, 5] } },
          { id: 'flatten', kind: 'flatten', from: 'input' },
          { id: 'fc', kind: 'linear', from: 'flatten', params: { features: 120 } },
        ],
      },
      finds: [],
    },
  ],
});

type Context = RuleContext<object>;

/** The flatten of a map larger than 1×1 that feeds this layer, dropout in between or not. */
function flattenBefore(at: Context, id: NodeId): NodeFacts | undefined {
  let [source] = at.before(id);
  if (source && traitsOf(source.node).identity) [source] = at.before(source.id);
  if (source === undefined) return undefined;
  const [dims] = source.inputs;
  const wide = dims?.length === 4 && dims[2]! * dims[3]! > 1;
  return paramsOf(source, 'flatten')?.axis === 1 && wide ? source : undefined;
}

/** GAP and the last of the fully connected layers for the whole head; undefined when the head branches. */
function replace(
  at: Context,
  flatten: NodeFacts,
): { readonly fix: ProposedFix; readonly savedParams: number } | undefined {
  const head = headOf(at, flatten);
  const end = head?.findLastIndex(({ node }) => node.kind === 'linear') ?? -1;
  const last = head?.[end];
  const kept = last === undefined ? undefined : paramsOf(last, 'linear');
  if (head === undefined || last === undefined || kept === undefined) return undefined;
  const before = head.slice(0, end + 1).reduce((sum, { cost }) => sum + (cost?.params.value ?? 0), 0);
  const after = flatten.inputs[0]![1]! * kept.features + (kept.bias ? kept.features : 0);
  return {
    savedParams: before - after,
    fix: {
      title: say('replace', { last: last.id }),
      safety: 'suggested',
      edit(draft) {
        const gap = place(draft, 'gap', 'globalAvgPool');
        insertBefore(draft, { node: flatten.id, port: 'in' }, gap);
        const spot = draft.layout[flatten.id];
        if (spot !== undefined) draft.layout[gap] = { ...spot };
        removeAndBridge([flatten, ...head.slice(0, end)].map(({ id }) => id))(draft);
      },
    },
  };
}

/** One vector in, one vector out. */
function isOfHead(facts: NodeFacts): boolean {
  return facts.inputs.length === 1 && facts.inputs[0]?.length === 2 && outputOf(facts)?.length === 2;
}

/** The unbranched run of vector layers behind the flatten. */
function headOf(at: Context, flatten: NodeFacts): readonly NodeFacts[] | undefined {
  const head = new Set<NodeFacts>();
  let next = at.after(flatten.id);
  while (next.length === 1 && isOfHead(next[0]!) && !head.has(next[0]!)) {
    head.add(next[0]!);
    next = at.after(next[0]!.id);
  }
  return next.length > 1 ? undefined : [...head];
}

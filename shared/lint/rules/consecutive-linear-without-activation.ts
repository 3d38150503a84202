import type { NodeFacts } from '../../analysis/facts.ts';
import type { NodeId } from '../../graph/design.ts';
import { traitsOf } from '../../layers/index.ts';
import { defineRule, type RuleContext } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import { largest, windowOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { enlarged, network, pointwise } from '../rule-examples.ts';
import { keepsLinear, outputOf } from '../views.ts';

const say = phrases('consecutive-linear-without-activation', {
  linear:
    'Between "{{first}}" and "{{second}}" there is nothing nonlinear, so the two compute no more than one layer could, for {{macs}} multiply-adds and {{weights}} parameters.',
  activate: 'Put a ReLU after "{{spot}}"',
});

export const consecutiveLinear = defineRule({
  says: say,
  title: 'Something nonlinear between linear layers',
  why: `W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂): without a non-linearity between them two layers compute no more than one, at
the price of two. Batch normalisation at inference, dropout, flattening and averaging are linear as well and do not help.
Three cases are meant and are left alone: a narrow layer in between (a factorisation of low rank, which saves weights),
depthwise or grouped convolutions (a factorisation by channels), and scores that are enlarged by a learned interpolation, a transposed
convolution of as many channels behind a 1×1 that narrows: at once it would narrow at every enlarged position.`,
  source:
    'Goodfellow, Bengio and Courville 2016, section 6.1; Sandler et al. 2018 (linear bottlenecks); Long et al. 2014 (learned interpolation)',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check(at) {
    for (const id of at.analysis.order) {
      const facts = at.analysis.facts.get(id)!;
      if (!isDense(facts)) continue;
      for (const next of successors(at, id)) {
        if (!isDense(next) || isFactorisation(facts, next) || isInterpolation(facts, next)) continue;
        const spot = placeForActivation(at, id);
        yield {
          node: id,
          says: say('linear', { first: id, second: next.id, ...costOfBoth(facts, next) }),
          fix: {
            title: say('activate', { spot }),
            safety: 'suggested',
            edit: (draft) => insertAfter(draft, spot, place(draft, `${id}_relu`, 'relu')),
          },
        };
        break;
      }
    }
  },
  examples: [
    {
      title: 'A ReLU in between',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input' },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'relu1' },
        ],
      },
      finds: [],
    },
    {
      title: 'A depthwise and a pointwise convolution',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [32, 28, 28] } },
          {
            id: 'depthwise',
            kind: 'conv2d',
            from: 'input',
            params: { channels: 32, groups: 32, padding: 1 },
          },
          { id: 'pointwise', kind: 'conv2d', from: 'depthwise', params: { channels: 64, kernel: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: 'A narrow layer that saves weights',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [4096] } },
          { id: 'narrow', kind: 'linear', from: 'input', params: { features: 256 } },
          { id: 'wide', kind: 'linear', from: 'narrow', params: { features: 4096 } },
        ],
      },
      finds: [],
    },
    {
      title: 'Forgotten activations',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input' },
          { id: 'conv2', kind: 'conv2d', from: 'conv1' },
          { id: 'bn', kind: 'batchNorm', from: 'conv2' },
          { id: 'gap', kind: 'globalAvgPool', from: 'bn' },
          { id: 'fc', kind: 'linear', from: 'gap', params: { features: 64 } },
        ],
      },
      finds: ['conv1', 'conv2'],
    },
    {
      title: 'Scores that are enlarged, as in FCN',
      spec: network([64, 14, 14], pointwise('score', 21), enlarged(21)),
      finds: [],
    },
    {
      title: 'Enlarging that narrows as well, as in a generator that lacks its ReLU',
      spec: network([64, 14, 14], pointwise('narrow', 32), enlarged(16)),
      finds: ['narrow'],
    },
  ],
});

/** The first nodes behind this one that do more than scale, average or move, as they come. */
function* successors(at: RuleContext<object>, from: NodeId): Iterable<NodeFacts> {
  let first = at.after(from);
  // Most have one behind them. Where ways part, none is gone twice; what is wired in a ring has no end.
  for (let most = at.analysis.order.length; most > 0 && first.length === 1; most--) {
    const [only] = first as [NodeFacts];
    if (!keepsLinear(only)) {
      yield only;
      return;
    }
    first = at.after(only.id);
  }
  const seen = new Set<NodeId>();
  const waiting = first.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (!keepsLinear(next)) yield next;
    else for (const behind of at.after(next.id).toReversed()) waiting.push(behind);
  }
}

/** Where an activation belongs: right behind the layer, or behind its normalisation. */
function placeForActivation(at: RuleContext<object>, layer: NodeId): NodeId {
  const [next, ...others] = at.after(layer);
  return next?.node.kind === 'batchNorm' && others.length === 0 ? next.id : layer;
}

function costOfBoth(...both: readonly NodeFacts[]): { readonly macs: number; readonly weights: number } {
  const sum = (of: 'macs' | 'params'): number =>
    both.reduce((total, { cost }) => total + (cost?.[of].value ?? 0), 0);
  return { macs: sum('macs'), weights: sum('params') };
}

function isDense(facts: NodeFacts): boolean {
  const { weighted, mixesChannels } = traitsOf(facts.node);
  return weighted === true && mixesChannels === true && facts.node.bypass !== true;
}

/** Scores, made by a 1×1 of fewer channels than it reads, that a transposed convolution enlarges. */
function isInterpolation(first: NodeFacts, second: NodeFacts): boolean {
  const [into, between, out] = [first.inputs[0]?.[1], outputOf(first)?.[1], outputOf(second)?.[1]];
  const [narrowing, enlarging] = [windowOf(first), windowOf(second)];
  if (into === undefined || between === undefined || !narrowing || !enlarging) return false;
  return (
    between < into && out === between && largest(narrowing.kernel) === 1 && largest(enlarging.stride) < 1
  );
}

/** Fewer channels between than on either side: a product of two matrices of lower rank. */
function isFactorisation(first: NodeFacts, second: NodeFacts): boolean {
  const [into, between, out] = [first.inputs[0]?.[1], outputOf(first)?.[1], outputOf(second)?.[1]];
  if (into === undefined || between === undefined || out === undefined) return true;
  return between < Math.min(into, out);
}

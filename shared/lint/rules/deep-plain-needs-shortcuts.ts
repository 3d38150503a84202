import { largestOf, smallestOf } from '../../base/extremes.ts';
import type { NodeId } from '../../graph/design.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isConcat, isDepthwise, isSum, networkOf, type Step, valuesOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { withSum } from '../rows.ts';
import { hasMatrix } from '../views.ts';

const say = phrases('deep-plain-needs-shortcuts', {
  deep: '"{{name}}" is layer {{run}} with weights in a row without a shortcut; plain networks of more than about {{most}} train worse than shallower ones. Add the input of every two or three layers to their output: {{values}} additions here, and no parameters.',
});

export const deepPlainNeedsShortcuts = defineRule({
  says: say,
  title: 'Deep networks need shortcuts',
  why: `Stack more layers and the training error first falls, then rises: a plain network of 34 layers fits even its training set
worse than one of 18. That is not overfitting but hard optimisation: the gradient shrinks on its way back, and layers that
should copy their input cannot easily learn to. With y = F(x) + x the identity costs nothing to learn, F(x) = 0, and
hundreds of layers train. VGG-19 and GoogLeNet (22 layers, with auxiliary classifiers to feed the gradient) mark how far one
gets without. A depthwise convolution counts together with the 1×1 behind it: they are one convolution in two factors.`,
  source:
    'He, Zhang, Ren and Sun 2015, section 1 and figure 4; Howard et al. 2017 (MobileNets) for the factors',
  severity: 'warning',
  presets: everyPreset,
  options: {
    maxDepth: param.int({
      title: 'Depth',
      doc: 'Layers with weights in a row, no shortcut among them, that are still accepted.',
      default: 24,
    }),
  },
  *check({ analysis, options }) {
    const runs: number[] = [];
    const told = new Set<NodeId>();
    for (const step of networkOf(analysis).steps) {
      const before = runInto(step, runs);
      const run = isSum(step) ? 0 : before + (hasMatrix(step.facts) && !isDepthwise(step) ? 1 : 0);
      runs.push(run);
      if (before !== options.maxDepth || run !== before + 1) continue;
      const owner = step.owner.id;
      if (told.has(owner)) continue;
      told.add(owner);
      yield {
        node: owner,
        says: say('deep', { name: owner, run, most: options.maxDepth, values: valuesOf(step.out) }),
        instead: () => withSum(step),
      };
    }
  },
  examples: [
    { title: 'A plain network of 34 layers', spec: plain(34), finds: ['conv25'] },
    { title: 'Nineteen layers, as VGG has', spec: plain(19), finds: [] },
    { title: 'Thirty-four layers with shortcuts', spec: residual(17), finds: [] },
  ],
});

/** Of the paths that come in, the longest: but the gradient takes the shortest of those put side by side, as in DenseNet. */
function runInto(step: Step, runs: readonly number[]): number {
  const [only] = step.before;
  if (only === undefined) return 0;
  if (step.before.length === 1) return runs[only.index]!;
  const incoming = step.before.map(({ index }) => runs[index]!);
  return isConcat(step) ? smallestOf(incoming) : largestOf(incoming);
}

function plain(depth: number): object {
  const convolutions = Array.from({ length: depth }, (_, i) => [
    { id: `conv${i + 1}`, kind: 'conv2d', from: i === 0 ? 'input' : `relu${i}`, params: { padding: 1 } },
    { id: `relu${i + 1}`, kind: 'relu', from: `conv${i + 1}` },
  ]);
  return {
    netwright: 3,
    nodes: [{ id: 'input', kind: 'input', params: { shape: [64, 14, 14] } }, ...convolutions.flat()],
  };
}

function residual(blocks: number): object {
  const nodes = Array.from({ length: blocks }, (_, i) => {
    const from = i === 0 ? 'input' : `sum${i}`;
    return [
      { id: `a${i + 1}`, kind: 'conv2d', from, params: { padding: 1 } },
      { id: `relu${i + 1}`, kind: 'relu', from: `a${i + 1}` },
      { id: `b${i + 1}`, kind: 'conv2d', from: `relu${i + 1}`, params: { padding: 1 } },
      { id: `sum${i + 1}`, kind: 'add', from: [`b${i + 1}`, from] },
    ];
  });
  return {
    netwright: 3,
    nodes: [{ id: 'input', kind: 'input', params: { shape: [64, 14, 14] } }, ...nodes.flat()],
  };
}

import { expect, test } from 'vitest';
import { elementCount } from '../../../shared/base/dims.ts';
import { countOf } from '../../../shared/runtime/plan/move.ts';
import { makePlan, type Plan } from '../../../shared/runtime/plan/plan.ts';
import { algorithmName, type Step } from '../../../shared/runtime/plan/steps.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { type Draft, networkOf } from '../networks.ts';

/**
 * How often networks pass over memory, counted from their plans: what steps read and write between them, weights apart,
 * against the least that these steps could do with, which is that nobody but the ends of a network only moves elements.
 */

const target = { threads: 2, tilePixels: 4, panelChannels: 8 };

const moves: readonly Step['kind'][] = ['import', 'phases', 'export', 'copy', 'move', 'rearrange', 'fill'];

function planned(network: ReturnType<typeof networkOf>): Plan {
  const plan = makePlan(network, { target });
  if (!plan.ok) throw new Error(plan.problems[0]!.message);
  return plan.value;
}

/** Bytes that a step reads and writes: of a part that is moved, no more than the part. */
function bytesOf(plan: Plan, step: Step): number {
  const sizes = [...step.inputs, step.output].map((id) => elementCount(plan.tensors[id]!.dims) * 4);
  if (step.kind === 'fill') return sizes[0]!;
  if (step.kind === 'move')
    return (
      8 *
      step.moves.reduce(
        (sum, { images, channels, pixels }) => sum + countOf(images) * countOf(channels) * countOf(pixels),
        0,
      )
    );
  if (step.kind === 'copy' || step.kind === 'rearrange') return 2 * Math.min(...sizes);
  return sizes.reduce((a, b) => a + b, 0);
}

function passes(plan: Plan): { readonly overhead: number; readonly moved: Readonly<Record<string, number>> } {
  const constants = new Set(plan.constants.map(({ tensor }) => tensor));
  const isEnd = (step: Step): boolean =>
    step.kind === 'phases' ||
    (step.kind === 'import' && [...plan.feeds.values()].includes(step.inputs[0]!)) ||
    (step.kind === 'export' && [...plan.results.values()].includes(step.output));
  const between = plan.steps.filter((step) => !isEnd(step) && !step.inputs.every((id) => constants.has(id)));
  const only = between.filter(({ kind }) => moves.includes(kind));
  const sum = (steps: readonly Step[]) => steps.reduce((total, step) => total + bytesOf(plan, step), 0);
  const moved: Record<string, number> = {};
  for (const step of only) moved[algorithmName(step)] = (moved[algorithmName(step)] ?? 0) + 1;
  return { overhead: sum(between) / sum(between.filter(({ kind }) => !moves.includes(kind))), moved };
}

/** Blocks of a transformer over 196 tokens and a class token, as they are drawn. */
function transformer(depth: number): ReturnType<typeof networkOf> {
  const drafts: Draft[] = [
    { id: 'x', kind: 'input', params: { shape: [3, 224, 224] } },
    {
      id: 'patches',
      kind: 'conv2d',
      params: { channels: 192, kernel: [16, 16], stride: [16, 16] },
      from: ['x'],
    },
    { id: 'rows', kind: 'reshape', params: { shape: [0, 192, 196] }, from: ['patches'] },
    { id: 'tokens', kind: 'transpose', params: { perm: [0, 2, 1] }, from: ['rows'] },
    { id: 'class', kind: 'constant', params: { shape: [1, 1, 192] } },
    { id: 'all', kind: 'concat', params: { axis: 1 }, from: ['class', 'tokens'] },
    { id: 'places', kind: 'constant', params: { shape: [1, 197, 192] } },
    { id: 'b0', kind: 'add', from: ['all', 'places'] },
  ];
  for (let i = 0; i < depth; i++) {
    const linear = (id: string, features: number, from: string): Draft => ({
      id: `${id}${i}`,
      kind: 'linear',
      params: { features, tokens: true },
      from: [from],
    });
    drafts.push(
      { id: `n${i}`, kind: 'layerNorm', params: { axis: -1 }, from: [`b${i}`] },
      linear('q', 192, `n${i}`),
      linear('k', 192, `n${i}`),
      linear('v', 192, `n${i}`),
      { id: `a${i}`, kind: 'attention', params: { heads: 3 }, from: [`q${i}`, `k${i}`, `v${i}`] },
      linear('o', 192, `a${i}`),
      { id: `c${i}`, kind: 'add', from: [`o${i}`, `b${i}`] },
      { id: `m${i}`, kind: 'layerNorm', params: { axis: -1 }, from: [`c${i}`] },
      linear('w', 768, `m${i}`),
      { id: `g${i}`, kind: 'gelu', from: [`w${i}`] },
      linear('z', 192, `g${i}`),
      { id: `b${i + 1}`, kind: 'add', from: [`z${i}`, `c${i}`] },
    );
  }
  return networkOf(drafts);
}

interface Limit {
  /** Bytes between steps, of the least there can be. */
  readonly overhead: number;
  /** Steps that only move elements, by what they do: no more than these. */
  readonly moved: Readonly<Record<string, number>>;
}

const none: Limit = { overhead: 1, moved: {} };

/**
 * ShuffleNet's halves do not end at a whole block of channels, so that the half that a unit works on is brought together
 * from where its channels were computed: one step for each of 13 units, and one for each of the 3 that read all channels.
 */
const shuffled: Limit = { overhead: 1.3, moved: { rearrange: 16 } };

test.each<readonly [string, Limit]>([
  ['alexnet', none],
  ['vgg16', none],
  ['googlenet', none],
  ['resnet50', none],
  ['resnext50_32x4d', none],
  ['regnet_y_400mf', none],
  ['densenet121', none],
  ['mobilenet_v2', none],
  ['mnasnet0_5', none],
  ['efficientnet_b0', none],
  ['convnext_tiny', none],
  ['shufflenet_v2_x1_0', shuffled],
])('%s passes over memory no more often than stated', (id, limit) => {
  expectWithin(passes(planned(zooNetwork(id))), limit);
});

test('a transformer moves nothing but the class token and the patches, which it puts together', () => {
  const { moved: once } = passes(planned(transformer(1)));
  const twice = passes(planned(transformer(2)));
  expectWithin(twice, { overhead: 1.1, moved: { rearrange: 2 } });
  expect(once).toEqual(twice.moved);
});

function expectWithin({ overhead, moved }: ReturnType<typeof passes>, limit: Limit): void {
  expect(overhead).toBeLessThanOrEqual(limit.overhead);
  for (const [name, count] of Object.entries(moved))
    expect(count, name).toBeLessThanOrEqual(limit.moved[name] ?? 0);
}

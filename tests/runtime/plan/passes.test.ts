import { expect, test } from 'vitest';
import { elementCount } from '../../../shared/base/dims.ts';
import { countOf } from '../../../shared/runtime/plan/move.ts';
import { makePlan, type Plan } from '../../../shared/runtime/plan/plan.ts';
import { algorithmName, type Step } from '../../../shared/runtime/plan/steps.ts';
import { laws, planWork } from '../../../shared/runtime/time/work.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import type { networkOf } from '../networks.ts';
import { transformer } from '../transformer.ts';

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
  ['resnet18', none],
  ['mobilenet_v3_small', none],
  ['inception_v3', none],
  ['shufflenet_v2_x1_0', shuffled],
])('%s passes over memory no more often than stated', (id, limit) => {
  expectWithin(passes(planned(zooNetwork(id))), limit);
});

test.each([
  ['cut by attention', false],
  ['apart, as PyTorch exports them', true],
] as const)('a transformer with heads %s moves nothing but the class token and the patches', (_, apart) => {
  const { moved: once } = passes(planned(transformer(1, apart)));
  const twice = passes(planned(transformer(2, apart)));
  expectWithin(twice, { overhead: 1.1, moved: { rearrange: 2 } });
  expect(once).toEqual(twice.moved);
});

function expectWithin({ overhead, moved }: ReturnType<typeof passes>, limit: Limit): void {
  expect(overhead).toBeLessThanOrEqual(limit.overhead);
  for (const [name, count] of Object.entries(moved))
    expect(count, name).toBeLessThanOrEqual(limit.moved[name] ?? 0);
}

/** What stands for a multiply-add in each law: Strassen's algorithm saves an eighth, and of one pixel every weight is one. */
function multiplyAddsOf(law: keyof typeof laws, amount: string): number {
  if (amount === 'macs') return 1;
  if (amount === 'strassenMacs') return 7 / 8;
  if (law === 'vector' && amount === 'filterBytes') return 1 / 4;
  return law === 'depthwise' && /taps/i.test(amount) ? 1 : 0;
}

/** Multiply-adds of the busiest of so many threads, zeros that fill up tiles and blocks included. */
function busiest(network: ReturnType<typeof networkOf>, threads: number): number {
  const plan = makePlan(network, { target: { ...target, threads } });
  if (!plan.ok) throw new Error(plan.problems[0]!.message);
  let done = 0;
  for (const [index, { law, amounts }] of planWork(plan.value).entries()) {
    if (plan.value.steps[index]!.macs === 0) continue;
    for (const [at, amount] of laws[law].entries()) done += multiplyAddsOf(law, amount) * amounts[at]!;
  }
  return done;
}

/** Multiply-adds that the kernels do for each that the network has. */
function multiplied(network: ReturnType<typeof networkOf>): number {
  return busiest(network, 1) / network.steps.reduce((sum, { cost }) => sum + cost.macs.value, 0);
}

/**
 * Winograd's algorithm needs 36 multiply-adds for 144 of a 3×3 filter, so that a network of these alone comes down to a
 * quarter, and blocks of 8 channels and tiles of 4 pixels that are not filled add to it. No network multiplies more than
 * a tenth of zeros: groups of few channels, squeezes to a few and depthwise filters do not.
 */
test.each([
  ['alexnet', 0.45],
  ['vgg16', 0.3],
  ['googlenet', 0.52],
  ['resnet18', 0.38],
  ['resnet50', 0.72],
  ['resnext50_32x4d', 0.97],
  ['regnet_y_400mf', 1.06],
  ['densenet121', 0.69],
  ['mobilenet_v2', 1.05],
  ['mnasnet0_5', 1.05],
  ['efficientnet_b0', 1.06],
  ['convnext_tiny', 0.98],
  ['mobilenet_v3_small', 1.05],
  ['inception_v3', 0.57],
  ['shufflenet_v2_x1_0', 1.1],
])('%s multiplies no more than %f for each of its multiply-adds', (id, most) => {
  const network = zooNetwork(id);
  const share = multiplied(network);
  expect(share).toBeLessThanOrEqual(most);
  expect(share).toBeGreaterThan(1 / 4);
  // Of two threads, the one that draws a unit more of each step still has little more than half.
  expect(busiest(network, 1) / busiest(network, 2)).toBeGreaterThan(1.8);
});

test('a transformer multiplies no more than it says', () => {
  expect(multiplied(transformer(2))).toBeLessThanOrEqual(1.05);
});

import { analyzeBaseline } from '../../analysis/baseline.ts';
import { makeDivisible } from '../../base/rounding.ts';
import { setParams } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix, type Report } from '../define.ts';
import {
  channelsOf,
  isDepthwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf, widthOf } from '../rows.ts';
import { conv, depthwise, type Line, network, pointwise } from '../rule-examples.ts';
import { paramsOf, percent } from '../views.ts';

const say = phrases('make-divisible', {
  lost: 'The {{before}} channels of {{name}} in the baseline "{{baseline}}", {{factor}} times, are {{scaled}}; rounded down to {{channels}}, {{share}} of them are lost. {{wanted}} keep the width, for {{after}} multiply-adds in place of {{macs}}.',
  round: 'Give it {{wanted}} channels',
});

export const makeDivisibleRule = defineRule({
  says: say,
  title: 'Scaled widths are not rounded down by more than a tenth',
  why: `Where a network is made narrower or wider by a factor, its widths are rounded to a multiple of 8. The nearest multiple can be far below: of 32 channels, 0.35 times is 11.2, and 8 are 29 % less. MobileNet's reference
takes the next multiple wherever the nearest one lies more than 10 % below, here 16: narrow layers, which have the least to spare, keep what they should have. The rule compares a design with its pinned baseline,
and takes for the factor what most of the channels were multiplied by.`,
  source: 'Sandler et al. 2018 (MobileNetV2), its reference code: _make_divisible; arithmetic of rounding',
  severity: 'warning',
  presets: ['mobilenet', 'efficientnet', 'efficientnet-v2'],
  options: {
    divisor: param.int({ title: 'Multiple', doc: 'What widths are rounded to.', default: 8 }),
    maxLoss: param.float({
      title: 'Loss',
      doc: 'The share of its channels that a layer may lose by rounding.',
      default: 0.1,
      min: 0,
      max: 1,
    }),
  },
  *check({ design, analysis, options }) {
    const { baseline } = design.budget;
    if (baseline === undefined) return;
    const pairs = pairsOf(networkOf(analyzeBaseline(baseline)), networkOf(analysis));
    const factor = factorOf(pairs);
    if (factor === 1) return;
    yield* oncePerNode(find(pairs, { ...options, factor, baseline: baseline.name }));
  },
  examples: [
    { title: '0.35 times 32, rounded down to 8', spec: scaled(32, 8), finds: ['pw2'] },
    { title: 'As the reference rounds it', spec: scaled(32, 16), finds: [] },
    { title: 'Narrower by more than rounding takes', spec: scaled(96, 16), finds: [] },
  ],
});

/** A layer that decides its width, beside the one of its name in the baseline. */
interface Pair {
  readonly step: Step;
  readonly before: number;
  readonly channels: number;
}

function pairsOf(baseline: Network, own: Network): readonly Pair[] {
  const widths = new Map(
    baseline.steps.filter(decidesWidth).map((step) => [step.facts.id, channelsOf(step.out)]),
  );
  return own.steps.filter(decidesWidth).flatMap((step): Pair[] => {
    const [before, channels] = [widths.get(step.facts.id), channelsOf(step.out)];
    return before === undefined || channels === undefined ? [] : [{ step, before, channels }];
  });
}

/** A depthwise convolution has as many channels as it reads. */
function decidesWidth(step: Step): boolean {
  return step.traits.weighted === true && !isDepthwise(step);
}

/** What half of the baseline's channels were multiplied by at most: wide layers are rounded by little, and count for more. */
function factorOf(pairs: readonly Pair[]): number {
  const sorted = pairs.toSorted((a, b) => a.channels / a.before - b.channels / b.before);
  const half = sorted.reduce((sum, { before }) => sum + before, 0) / 2;
  let sum = 0;
  for (const { channels, before } of sorted) {
    sum += before;
    if (sum >= half) return channels / before;
  }
  return 1;
}

interface Scaling {
  readonly factor: number;
  readonly divisor: number;
  readonly maxLoss: number;
  readonly baseline: string;
}

function* find(pairs: readonly Pair[], { factor, divisor, maxLoss, baseline }: Scaling): Iterable<Report> {
  for (const { step, before, channels } of pairs) {
    const scaled = before * factor;
    const loss = 1 - channels / scaled;
    // More than a multiple less is no rounding: it was meant.
    if (loss <= maxLoss || scaled - channels >= divisor) continue;
    const wanted = makeDivisible(scaled, divisor);
    if (wanted <= channels) continue;
    const says = say('lost', {
      name: nameOf(step),
      before,
      baseline,
      factor: String(Number(factor.toPrecision(3))),
      scaled: String(Number(scaled.toPrecision(4))),
      channels,
      share: percent(loss),
      wanted,
      macs: step.macs,
      after: Math.round((step.macs * wanted) / channels),
    });
    yield reportAt(step, says, rounded(step, wanted), () => ({
      now: rowOf(step),
      kept: rowOf(step, widthOf(step, wanted)),
    }));
  }
}

function rounded({ facts }: Step, wanted: number): ProposedFix | undefined {
  // Where there are groups, both sides have to change.
  if (paramsOf(facts, 'conv2d')?.groups !== 1) return undefined;
  return {
    title: say('round', { wanted }),
    safety: 'suggested',
    edit: setParams([facts.id], { channels: wanted }),
  };
}

/** Some of a MobileNet at 0.35 of its widths, one of which went from so many channels to so many. */
function scaled(before: number, narrow: number): object {
  const lines = (stem: number, second: number, wide: number): readonly Line[] => [
    conv('stem', stem, { stride: 2 }),
    depthwise('dw1', stem),
    ['r1', 'relu'],
    pointwise('pw1', wide),
    ['r2', 'relu'],
    pointwise('pw2', second),
    ['r3', 'relu'],
    pointwise('pw3', wide),
  ];
  const { nodes } = network([3, 64, 64], ...lines(32, before, 320));
  return {
    ...network([3, 64, 64], ...lines(16, narrow, 112)),
    budget: { baseline: { name: 'the whole width', nodes } },
  };
}

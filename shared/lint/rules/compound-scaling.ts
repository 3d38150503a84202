import { analyzeBaseline } from '../../analysis/baseline.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { channelsOf, isConvolution, type Network, networkOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('compound-scaling', {
  alone:
    'Of depth, width and resolution only {{what}} grew, {{times}} times over the baseline "{{baseline}}", for {{macs}} multiply-adds instead of {{before}}.',
  depth: 'depth',
  width: 'width',
  resolution: 'resolution',
});

export const compoundScaling = defineRule({
  says: say,
  title: 'Depth, width and resolution grow together',
  why: `A network made larger by one of depth, width or resolution alone gains less and less. EfficientNet grows all three at once: depth by 1.2,
width by 1.1 and resolution by 1.15 for each doubling of the multiply-adds, α·β²·γ² ≈ 2. The rule compares a design with its pinned baseline.`,
  source: 'Tan and Le 2019 (EfficientNet)',
  severity: 'info',
  presets: ['efficientnet', 'efficientnet-v2'],
  options: {
    minGrowth: param.float({
      title: 'From growth',
      doc: 'Smaller growth is left alone.',
      default: 1.5,
      min: 1,
      max: 100,
    }),
  },
  *check({ design, analysis, options }) {
    const { baseline } = design.budget;
    if (baseline === undefined || analysis.totals.unknown > 0) return;
    const old = analyzeBaseline(baseline);
    const [was, now] = [networkOf(old), networkOf(analysis)];
    const growth = {
      depth: analysis.totals.depth / old.totals.depth,
      width: widthOf(now) / widthOf(was),
      resolution: Math.sqrt(now.inputArea / was.inputArea),
    };
    const grown = (['depth', 'width', 'resolution'] as const).filter(
      (knob) => growth[knob] >= options.minGrowth,
    );
    const still = Object.values(growth).filter((times) => Math.abs(times - 1) <= 0.05);
    const [what] = grown;
    if (what === undefined || grown.length !== 1 || still.length !== 2) return;
    yield {
      says: say('alone', {
        what: say(what),
        times: growth[what].toFixed(2),
        baseline: baseline.name,
        macs: analysis.totals.macs,
        before: old.totals.macs,
      }),
      instead: () => ({ own: analysis, baseline: old }),
    };
  },
  examples: [
    { title: 'Twice the width and nothing else', spec: scaled(32, 64), finds: [undefined] },
    { title: 'A little wider', spec: scaled(32, 36), finds: [] },
  ],
});

/** The mean width of convolutions. */
function widthOf({ steps }: Network): number {
  const widths = steps.filter(isConvolution).map(({ out }) => channelsOf(out) ?? 0);
  return widths.reduce((total, width) => total + width, 0) / Math.max(1, widths.length);
}

function scaled(before: number, after: number): object {
  const { nodes } = network([3, 64, 64], conv('a', before), ['r', 'relu'], conv('b', before));
  return {
    ...network([3, 64, 64], conv('a', after), ['r', 'relu'], conv('b', after)),
    budget: { baseline: { name: 'before', nodes } },
  };
}

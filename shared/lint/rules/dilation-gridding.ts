import { defineRule } from '../define.ts';
import {
  isConvolution,
  isPool,
  largest,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('dilation-gridding', {
  grid: '{{name}} ends {{count}} dilated convolutions in a row, {{dilations}}, whose dilations have the divisor {{divisor}}: of every {{all}} positions around, they read one, at {{macs}} multiply-adds; dilations such as 1, 2, 5 read all.',
});

export const dilationGridding = defineRule({
  says: say,
  title: 'Dilations leave no holes',
  why: `A 3×3 with dilation r reads every r-th position. Several in a row whose dilations have a common divisor read one position of that many and never the others: the
result is a grid of holes. Hybrid dilated convolution takes dilations such as 1, 2, 5 so that M_i = max(M_{i+1} − 2r_i, M_{i+1} − 2(M_{i+1} − r_i), r_i)
stays within the window.`,
  source: 'Wang et al. 2017 (Understanding convolution for semantic segmentation)',
  severity: 'warning',
  presets: ['hybrid-dilation'],
  options: {},
  *check({ analysis }) {
    // The dilations of the run that ends at each step, through shortcuts by the longer way.
    const runs: (readonly number[])[] = [];
    let worst: { step: Step; run: readonly number[] } | undefined;
    for (const step of networkOf(analysis).steps) {
      const longest = step.before.reduce<readonly number[]>((best, { index }) => {
        const run = runs[index]!;
        return run.length > best.length ? run : best;
      }, []);
      const { window } = step;
      const spatial = isConvolution(step) && window && largest(window.kernel) > 1;
      const dilation = spatial ? largest(window.dilation) : 0;
      const run = !spatial || strides(step) ? longest : dilation === 1 ? [] : [...longest, dilation];
      // Whatever reads every position closes the holes; a pool does as well.
      runs.push(isPool(step) || (spatial && strides(step)) ? [] : run.slice(-8));
      if (!spatial || dilation === 1 || run.length < 2 || run.reduce(gcd, 0) < 2) continue;
      if (!worst || run.length > worst.run.length) worst = { step, run };
    }
    if (!worst) return;
    const { step, run } = worst;
    const divisor = run.reduce(gcd, 0);
    const says = say('grid', {
      name: nameOf(step),
      count: run.length,
      dilations: run.join(', '),
      divisor,
      all: divisor ** 2,
      macs: step.macs,
    });
    yield reportAt(step, says);
  },
  examples: [
    { title: 'Twice, twice, twice', spec: dilated([2, 2, 2]), finds: ['conv3'] },
    { title: 'One, two, five', spec: dilated([1, 2, 5]), finds: [] },
  ],
});

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function dilated(dilations: readonly number[]): object {
  return network(
    [16, 64, 64],
    ...dilations.map((dilation, i) => conv(`conv${i + 1}`, 16, { dilation, padding: dilation })),
  );
}

import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import {
  areaOf,
  channelsOf,
  isActivation,
  isMaxPool,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOfSteps, rowUpTo } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('pool-before-relu', {
  late: '{{name}} works on {{before}} values before a maximum is taken of them, and on {{after}} behind it, with the same result.',
  swap: 'Put it behind "{{pool}}"',
});

export const poolBeforeRelu = defineRule({
  says: say,
  title: 'The maximum is taken before the ReLU',
  why: `max(ReLU(a), ReLU(b)) = ReLU(max(a, b)), since a ReLU never turns the order round: behind the pool it works on s² times fewer values and gives the very same. Engines
that fuse a ReLU into its convolution lose nothing either way.`,
  source: 'monotonicity of ReLU',
  severity: 'info',
  presets: ['tiny', 'mobilenet-v1', 'mobilenet'],
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      const [pool] = step.after;
      if (step.after.length !== 1 || !pool || !isMaxPool(pool) || !strides(pool)) continue;
      if (!isActivation(step) || !paramsOf(step.facts, 'relu')) continue;
      const values = (dims: readonly number[] | undefined): number => (channelsOf(dims) ?? 0) * areaOf(dims);
      const [before, after] = [values(step.out), values(pool.out)];
      const says = say('late', { name: nameOf(step), before, after });
      const movable = pool.owner === pool.facts;
      yield reportAt(step, says, movable ? swapped(step, pool) : undefined, () => {
        const ahead = rowUpTo(step).slice(0, -1);
        return {
          now: rowOfSteps([...ahead, step, pool]),
          kept: rowOfSteps([...ahead, pool, step]),
        };
      });
    }
  },
  examples: [
    {
      title: 'ReLU, then the maximum',
      spec: network([8, 16, 16], conv('conv', 8), ['relu', 'relu'], ['pool', 'maxPool'], conv('next', 8)),
      finds: ['relu'],
    },
    {
      title: 'The maximum first',
      spec: network([8, 16, 16], conv('conv', 8), ['pool', 'maxPool'], ['relu', 'relu'], conv('next', 8)),
      finds: [],
    },
  ],
});

function swapped({ facts }: Step, pool: Step): ProposedFix {
  return {
    title: say('swap', { pool: pool.facts.id }),
    safety: 'safe',
    edit(draft) {
      removeAndBridge([facts.id])(draft);
      insertAfter(draft, pool.facts.id, place(draft, facts.id, 'relu'));
    },
  };
}

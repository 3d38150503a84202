import { defineRule } from '../define.ts';
import { areaOf, channelsOf, isConcat, isPool, nameOf, networkOf, reportAt, strides } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, type Line, network, pointwise } from '../rule-examples.ts';

const say = phrases('grid-reduction', {
  pool: '{{name}} shrinks {{before}} values to {{after}} before {{next}} goes on with {{channels}} channels; a strided convolution beside the pool, concatenated, leaves {{both}} values at no more cost than that.',
});

export const gridReduction = defineRule({
  says: say,
  title: 'A grid shrinks in two branches at once',
  why: `Pooling before channels are added makes a bottleneck (values fall fourfold); adding channels before pooling costs four times as much.
Inception-v3 does both at once: a strided convolution and a pool side by side, concatenated, for a third less cost and no bottleneck.`,
  source: 'Szegedy et al. 2015 (Rethinking the Inception architecture)',
  severity: 'info',
  presets: ['inception-v3'],
  options: {},
  *check({ analysis }) {
    const { trunk } = networkOf(analysis);
    let branched = false;
    for (const [i, step] of trunk.entries()) {
      const next = trunk[i + 1];
      const [from, to] = [channelsOf(step.out), channelsOf(next?.out)];
      if (
        branched &&
        next &&
        isPool(step) &&
        strides(step) &&
        from !== undefined &&
        to !== undefined &&
        to > from
      ) {
        const area = areaOf(step.out);
        const says = say('pool', {
          name: nameOf(step),
          before: from * areaOf(step.into),
          after: from * area,
          next: nameOf(next),
          channels: to,
          both: 2 * from * area,
        });
        const stride = [...step.window!.stride];
        const strided = { channels: from, kernel: [3, 3], stride, padding: [1, 1, 1, 1], bias: false };
        yield reportAt(step, says, undefined, () => ({
          now: rowOf(step),
          kept: [...rowOf(step), ...rowFrom(step.into, rowLayer('conv2d', strided))],
        }));
      }
      if (isConcat(step)) branched = true;
    }
  },
  examples: [
    {
      title: 'A pool between two modules, as in GoogLeNet',
      spec: reduced(['pool', 'maxPool', {}, 'cat']),
      finds: ['pool'],
    },
    {
      title: 'A module with a stride',
      spec: network(
        [64, 28, 28],
        pointwise('a', 32),
        conv('b', 32, {}, 'input'),
        ['cat', 'concat', {}, ['a', 'b']],
        conv('c', 64, { stride: 2 }),
        ['pool', 'maxPool', { kernel: 3, padding: 1 }, 'cat'],
        ['both', 'concat', {}, ['c', 'pool']],
      ),
      finds: [],
    },
  ],
});

function reduced(pool: Line): object {
  return network(
    [64, 28, 28],
    pointwise('a', 32),
    conv('b', 32, {}, 'input'),
    ['cat', 'concat', {}, ['a', 'b']],
    pool,
    conv('next', 128, {}, 'pool'),
  );
}

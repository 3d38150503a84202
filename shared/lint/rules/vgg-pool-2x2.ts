import type { NodeFacts } from '../../analysis/facts.ts';
import type { Phrase } from '../../base/messages.ts';
import { setParams } from '../../graph/edits.ts';
import type { Pair } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { valuesOf } from '../network.ts';
import { nameWithin, phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { layersIn, outputOf, paramsOf } from '../views.ts';

const say = phrases('vgg-pool-2x2', {
  other: "{{name}} is a {{kernel}} max pool with stride {{stride}}; VGG's are all 2×2 with stride 2.",
  padded:
    "{{name}} is a {{kernel}} max pool with stride {{stride}} and padding {{padding}}; VGG's are all 2×2 with stride 2.",
  reads: '{{pool}} It reads {{reads}} values; a 2×2 reads {{after}}, each once.',
  make: 'Make it 2×2 with stride 2',
});

export const vggPool2x2 = defineRule({
  says: say,
  title: 'Max pools are 2×2 with stride 2',
  why: `A 2×2 pool with stride 2 halves the map exactly and lets no windows overlap. Together with channels that double it keeps
the cost of a stage: at half the height and width and twice the channels, a 3×3 convolution costs
9·(2C)·(2C)·(H/2)·(W/2) = 9C²HW multiply-adds, as before.`,
  source: 'Simonyan and Zisserman 2014, section 2.1',
  severity: 'warning',
  presets: ['vgg'],
  options: {},
  *check({ analysis }) {
    for (const id of analysis.order) {
      const facts = analysis.facts.get(id)!;
      const layer = [...layersIn(facts)].find(isOther);
      const pool = layer === undefined ? undefined : paramsOf(layer, 'maxPool');
      if (layer === undefined || pool === undefined) continue;
      const padded = pool.padding === 'same' || pool.padding.some((side) => side > 0);
      const says = say(padded ? 'padded' : 'other', {
        name: nameWithin(facts, layer),
        kernel: pool.kernel.join('×'),
        stride: pool.stride.join('×'),
        padding: String(pool.padding),
      });
      yield {
        node: id,
        says: withReads(says, layer, pool.kernel),
        ...(facts === layer
          ? {
              fix: {
                title: say('make'),
                safety: 'suggested' as const,
                edit: (draft) => setParams([id], asInVgg)(draft),
              },
            }
          : {}),
        instead: () => ({ now: rowOf({ facts: layer }), kept: rowOf({ facts: layer }, asInVgg) }),
      };
    }
  },
  examples: [
    {
      title: 'A pool of VGG',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'pool', kind: 'maxPool', from: 'input' },
        ],
      },
      finds: [],
    },
    {
      title: "AlexNet's overlapping pool",
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 56, 56] } },
          { id: 'pool1', kind: 'maxPool', from: 'input', params: { kernel: 3 } },
        ],
      },
      finds: ['pool1'],
    },
    {
      title: 'A pool that keeps the size',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [192, 28, 28] } },
          { id: 'pool', kind: 'maxPool', from: 'input', params: { kernel: 3, stride: 1, padding: 1 } },
        ],
      },
      finds: ['pool'],
    },
  ],
});

const asInVgg = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] };

/** Window by window what it reads, padding among it, beside what a 2×2 with stride 2 would. */
function withReads(pool: Phrase, layer: NodeFacts, [height, width]: Pair): Phrase {
  const [into, out] = [layer.inputs[0], outputOf(layer)];
  if (into?.length !== 4 || out === undefined) return pool;
  const [, channels, rows, columns] = into as readonly [number, number, number, number];
  return say('reads', {
    pool,
    reads: valuesOf(out) * height * width,
    after: channels * 4 * (rows >> 1) * (columns >> 1),
  });
}

function isOther(layer: NodeFacts): boolean {
  const pool = paramsOf(layer, 'maxPool');
  if (pool === undefined) return false;
  const { kernel, stride, padding, dilation } = pool;
  const square = [...kernel, ...stride].every((extent) => extent === 2) && dilation.every((d) => d === 1);
  return !square || padding === 'same' || padding.some((side) => side > 0);
}

import type { NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import { isIssue } from '../../base/problem.ts';
import { setParams } from '../../graph/edits.ts';
import { placeWindows, type WindowSpec } from '../../layers/window.ts';
import type { ParamValue } from '../../schema/params.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { windowOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';

const say = phrases('pixels-dropped-by-stride', {
  unseen: 'The windows of "{{name}}" never reach the last {{what}} of its {{map}} input, {{values}} values.',
  both: '{{height}} and {{width}}',
  row: 'row',
  rows: '{{count}} rows',
  column: 'column',
  columns: '{{count}} columns',
  roundUp: 'Round up, so that a last window takes them in',
  pad: 'Pad {{padding}}, so that a last window takes them in',
});

export const pixelsDroppedByStride = defineRule({
  says: say,
  title: 'Windows reach the last row and column',
  why: `out = floor((in + padding − kernel) / stride) + 1 rounds down: when the division leaves a remainder, that many rows and
columns at the bottom and right are seen by no window, and the map drifts by a fraction of a pixel. Only real pixels count
here; unseen padding does no harm.`,
  source: 'Dumoulin and Visin 2016, sections 2.3 and 2.4',
  severity: 'info',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    for (const [id, facts] of analysis.facts) {
      if (facts.node.params.stride === undefined || facts.node.bypass === true) continue;
      const unseen = unseenPixels(facts);
      if (unseen === undefined) continue;
      const [rows, columns] = unseen;
      const fix = fixOf(facts);
      yield {
        node: id,
        says: say('unseen', {
          name: id,
          what: what(rows, columns),
          map: facts.inputs[0]!.slice(2).join('×'),
          values: valuesIn(facts.inputs[0]!, unseen),
        }),
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
  examples: [
    {
      title: 'A pool that comes out even',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 56, 56] } },
          { id: 'pool', kind: 'maxPool', from: 'input' },
        ],
      },
      finds: [],
    },
    {
      title: 'Only padding is left over',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { kernel: 7, stride: 2, padding: 3 } },
        ],
      },
      finds: [],
    },
    {
      title: 'Odd maps',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 55, 56] } },
          { id: 'pool', kind: 'maxPool', from: 'input' },
          { id: 'conv', kind: 'conv2d', from: 'pool', params: { stride: 2 } },
        ],
      },
      finds: ['pool', 'conv'],
    },
  ],
});

/** What lies in those rows and columns, over all channels. */
function valuesIn(dims: Dims, [rows, columns]: readonly [number, number]): number {
  const [, channels, height, width] = dims as readonly [number, number, number, number];
  return channels * (rows * width + columns * height - rows * columns);
}

function what(rows: number, columns: number): Phrase {
  const height = say(rows === 1 ? 'row' : 'rows', { count: rows });
  const width = say(columns === 1 ? 'column' : 'columns', { count: columns });
  if (rows > 0 && columns > 0) return say('both', { height, width });
  return rows > 0 ? height : width;
}

/** Rows and columns after the last window, padding not counted; undefined when there are none. */
const unseenByFacts = new WeakMap<NodeFacts, readonly [number, number] | 'none'>();

/** Worked out once for facts that an edit left as they were. */
function unseenPixels(facts: NodeFacts): readonly [number, number] | undefined {
  let known = unseenByFacts.get(facts);
  if (known === undefined) {
    known = countUnseen(facts) ?? 'none';
    unseenByFacts.set(facts, known);
  }
  return known === 'none' ? undefined : known;
}

function countUnseen(facts: NodeFacts): readonly [number, number] | undefined {
  const window = windowParams(facts);
  const [dims] = facts.inputs;
  if (window === undefined || dims?.length !== 4) return undefined;
  const map = [dims[2]!, dims[3]!] as const;
  const plan = placeWindows(window, map);
  if (isIssue(plan)) return undefined;
  const unseen = ([0, 1] as const).map((axis) => {
    const span = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
    const end = (plan.output[axis] - 1) * window.stride[axis] + span - plan.before[axis];
    // A window may end before the last pixel for want of stride only if its steps leave no gaps: those are meant.
    return span < window.stride[axis] ? 0 : Math.max(0, map[axis] - end);
  }) as [number, number];
  return unseen[0] + unseen[1] > 0 ? unseen : undefined;
}

/** What a layer slides over its input, whatever its kind: not where it enlarges. */
function windowParams(facts: NodeFacts): WindowSpec | undefined {
  const reach = windowOf(facts);
  const { kernel, stride, dilation, padding, ceilMode } = facts.node.params;
  const isWindow = reach !== undefined && Math.min(...reach.stride) >= 1;
  if (!isWindow || !isPair(kernel) || !isPair(stride) || padding === undefined) return undefined;
  return {
    kernel,
    stride,
    dilation: isPair(dilation) ? dilation : [1, 1],
    padding: padding as WindowSpec['padding'],
    ceilMode: ceilMode === true,
  };
}

const isPair = (value: ParamValue | undefined): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2;

/** One window more: pools round up, convolutions get zeros after the map. */
function fixOf(facts: NodeFacts): ProposedFix | undefined {
  const conv = windowParams(facts);
  if (conv === undefined) return undefined;
  if ('ceilMode' in facts.node.params) {
    return {
      title: say('roundUp'),
      safety: 'suggested',
      edit: setParams([facts.id], { ceilMode: true }),
    };
  }
  // "same" leaves no pixel unseen.
  if (conv.padding === 'same') return undefined;
  const [top, left, bottom, right] = conv.padding;
  const padding = [top, left, bottom + missing(facts, conv, 0), right + missing(facts, conv, 1)];
  return {
    title: say('pad', { padding: padding.join(',') }),
    safety: 'suggested',
    edit: setParams([facts.id], { padding }),
  };
}

/** The zeros that complete the window which the leftover rows or columns begin. */
function missing(facts: NodeFacts, conv: WindowSpec, axis: 0 | 1): number {
  const [before, after] = [conv.padding[axis], conv.padding[axis + 2]] as readonly [number, number];
  const room = facts.inputs[0]![axis + 2]! + before + after;
  const span = conv.dilation[axis] * (conv.kernel[axis] - 1) + 1;
  const left = (room - span) % conv.stride[axis];
  return left > after ? conv.stride[axis] - left : 0;
}

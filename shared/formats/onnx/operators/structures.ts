import { type Dims, elementCount } from '../../../base/dims.ts';
import type { NodeView } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { attentionOfHeads, attentionOfStacks } from './attention.ts';
import { fromFront, reshapedDims } from './axes.ts';
import { perChannel } from './dense.ts';
import { groupNorm, normOf, rmsNormOf } from './normalise.ts';

/** What several operators come to together, where shapes fit; undefined where they are better left as they are. */
type TranslateStructure = (node: NodeView, x: Flow) => readonly Value[] | undefined;

/** Over the last axes only, and γ and β with one number for each of their elements. */
const overLastAxes =
  (norm: typeof normOf): TranslateStructure =>
  (node, x) => {
    const rank = x.dims.length;
    const axes = (node.list('axes') ?? []).map((axis) => fromFront(axis, rank)).sort((a, b) => a - b);
    const first = axes[0];
    if (first === undefined || axes.length !== rank - first || axes.some((axis, i) => axis !== first + i))
      return undefined;
    const dims = x.dims.slice(first);
    const fits = node.inputs.slice(1).every((value) => value === undefined || isSame(value.dims, dims, rank));
    return fits ? [norm(node, x, dims)] : undefined;
  };

/** The same extents, with axes of length 1 before them at most. */
function isSame(given: Dims, dims: Dims, rank: number): boolean {
  const ahead = given.length - dims.length;
  return given.length <= rank && given.every((extent, i) => extent === (i < ahead ? 1 : dims[i - ahead]));
}

const groupNormalised: TranslateStructure = (node, x) => {
  const [batch, channels] = x.dims;
  const groups = node.int('num_groups', 1);
  const grouped = reshapedDims(x.dims, node.numbers(3, 'shape'), false);
  const back = reshapedDims(grouped ?? [], node.numbers(4, 'shape'), false);
  const fits =
    grouped !== undefined &&
    grouped.length >= 3 &&
    grouped[0] === batch &&
    grouped[1] === groups &&
    channels! % groups === 0 &&
    back?.join() === x.dims.join() &&
    perChannel(node.dims(1), x.dims) &&
    perChannel(node.dims(2), x.dims);
  return fits ? groupNorm(node) : undefined;
};

const channelShuffle: TranslateStructure = (node, x) => {
  const grouped = reshapedDims(x.dims, node.numbers(1, 'shape'), false);
  if (!grouped || x.dims.length !== 4) return undefined;
  const dealt = [grouped[0]!, grouped[2]!, grouped[1]!, ...grouped.slice(3)];
  const back = reshapedDims(dealt, node.numbers(2, 'shape'), false);
  const [batch, channels] = x.dims;
  const fits =
    grouped[0] === batch &&
    grouped[1]! * grouped[2]! === channels &&
    grouped[1]! > 1 &&
    grouped[2]! > 1 &&
    back?.join() === x.dims.join();
  return fits ? [node.one('channelShuffle', [x], { groups: grouped[1]! })] : undefined;
};

/** Those that take several things that flow. */
const joining: Readonly<Record<string, TranslateStructure>> = {
  AttentionOfHeads: attentionOfHeads,
  AttentionOfStacks: attentionOfStacks,
};

/** Those whose shapes decide whether they are one layer; the others always are. */
const structures: Readonly<Record<string, TranslateStructure>> = {
  LayerNormalization: overLastAxes(normOf),
  RMSNormalization: overLastAxes(rmsNormOf),
  GroupNormalization: groupNormalised,
  ChannelShuffle: channelShuffle,
};

/** A structure as one layer; undefined where it is not. */
export function structure(
  node: NodeView,
  translate: (node: NodeView) => readonly Value[],
): readonly Value[] | undefined {
  const x = node.inputs[0];
  if (x?.kind !== 'flow' || x.integer || elementCount(x.dims) === 0) return undefined;
  const joins = joining[node.op];
  if (joins) return joins(node, x);
  const others = node.inputs.slice(1);
  if (others.some((value) => value?.kind === 'flow')) return undefined;
  const own = structures[node.op];
  return own ? own(node, x) : translate(node);
}

import { type FlatNetwork, type FlatStep, weightHolders } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import type { LayerKind } from '../../layers/index.ts';
import type { WeightFile } from '../weights/file.ts';
import type { LazyWeight } from '../weights/store.ts';
import { inOrder, type Turn } from '../weights/turn.ts';
import type { Naming, WeightPlace } from './naming.ts';

/** What Keras calls the weights of a kind of layer, in the order in which the layer saves them; and the layer itself. */
interface KerasLayer {
  readonly called: string;
  readonly roles: Readonly<Record<string, string>>;
}

const kernelAndBias = { weight: 'kernel', bias: 'bias' } as const;
const gammaAndBeta = { weight: 'gamma', bias: 'beta' } as const;

/** Source: keras/src/layers, the names that `add_weight` is given and the names that classes get in snake case. */
const layers: Partial<Readonly<Record<LayerKind, KerasLayer>>> = {
  conv2d: { called: 'conv2d', roles: kernelAndBias },
  convTranspose2d: { called: 'conv2d_transpose', roles: kernelAndBias },
  linear: { called: 'dense', roles: kernelAndBias },
  batchNorm: {
    called: 'batch_normalization',
    roles: { ...gammaAndBeta, running_mean: 'moving_mean', running_var: 'moving_variance' },
  },
  layerNorm: { called: 'layer_normalization', roles: gammaAndBeta },
  groupNorm: { called: 'group_normalization', roles: gammaAndBeta },
};
const depthwise: KerasLayer = {
  called: 'depthwise_conv2d',
  roles: { weight: 'depthwise_kernel', bias: 'bias' },
};

const isDepthwise = ({ kind, params, inputDims }: FlatStep): boolean =>
  kind === 'conv2d' && Number(params.groups) > 1 && params.groups === inputDims[0]![1];

const kerasLayer = (step: FlatStep): KerasLayer | undefined =>
  isDepthwise(step) ? depthwise : layers[step.kind];

/**
 * Keras' names: the layers' own, or `conv2d`, `conv2d_1`, … by class in the order in which they are used; then `kernel`
 * and so on, or since Keras 3 `vars.0`. Its axes are in another order: rows, columns, channels in, channels out.
 */
export function kerasNaming(
  network: FlatNetwork,
  { channelsFirst = false }: Pick<WeightFile, 'channelsFirst'> = {},
): Naming {
  const steps = new Map(weightHolders(network).map(({ id, step }) => [id, step]));
  const counted = countedNames(steps);
  const namesOf = ({ node, weight }: WeightPlace): readonly string[] => {
    const step = steps.get(node);
    const layer = step && kerasLayer(step);
    const role = layer?.roles[weight];
    if (!layer || role === undefined) return [];
    // Without a bias or a scale the others move up.
    const held = Object.keys(layer.roles).filter((name) => step.weights.some((each) => each.name === name));
    const roles = [role, ...(role === 'depthwise_kernel' ? ['kernel'] : []), `vars.${held.indexOf(weight)}`];
    const ids = [node, node.replaceAll('/', '.'), node.replaceAll(/[/.]/g, '_'), counted.get(node)!];
    return [...new Set(ids)].flatMap((id) => roles.map((each) => `${id.replaceAll('/', '.')}.${each}`));
  };
  const turned = ({ node, weight }: WeightPlace, tensor: LazyWeight): LazyWeight => {
    const step = steps.get(node);
    if (!step || weight !== 'weight') return tensor;
    if (tensor.dims.length === 2)
      return inOrder(
        tensor,
        channelsFirst ? { dims: tensor.dims, order: [1, 0] } : rowsOf(network, step, tensor.dims),
      );
    if (tensor.dims.length !== 4) return tensor;
    if (!isDepthwise(step)) return inOrder(tensor, { dims: tensor.dims, order: [3, 2, 0, 1] });
    const [height, width, channels, times] = tensor.dims as readonly [number, number, number, number];
    const dims = [channels * times, 1, height, width];
    return inOrder(tensor, { dims: tensor.dims, order: [2, 3, 0, 1], as: dims });
  };
  return { id: 'keras', namesOf, turned };
}

function countedNames(steps: ReadonlyMap<string, FlatStep>): ReadonlyMap<string, string> {
  const times = new Map<string, number>();
  const names = new Map<string, string>();
  for (const [id, step] of steps) {
    const called = kerasLayer(step)?.called;
    if (called === undefined) continue;
    const before = times.get(called) ?? 0;
    times.set(called, before + 1);
    names.set(id, before === 0 ? called : `${called}_${before}`);
  }
  return names;
}

/**
 * A fully connected layer's, of which the inputs come first. What was flattened before it lay with its channels last: its
 * inputs are in that order.
 */
function rowsOf({ steps }: FlatNetwork, step: FlatStep, dims: Dims): Turn {
  let before = step.inputs[0] && steps[step.inputs[0].step];
  while (before?.kind === 'dropout') before = before.inputs[0] && steps[before.inputs[0].step];
  const map = before?.kind === 'flatten' ? before.inputDims[0]! : [];
  const [inputs, outputs] = dims as readonly [number, number];
  const [, channels, height, width] = map;
  if (map.length !== 4 || channels! * height! * width! !== inputs) return { dims, order: [1, 0] };
  return { dims: [height!, width!, channels!, outputs], order: [3, 2, 0, 1], as: [outputs, inputs] };
}

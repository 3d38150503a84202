import type { Dims } from '../../base/dims.ts';
import type { WeightSpec } from '../../layers/define.ts';
import { argumentTexts, type ModuleForm, first as sized } from '../code/form.ts';
import { literal, tuple } from '../code/python.ts';
import type { LayerItem, ScopeItem } from '../code/scope.ts';
import type { TorchForm } from './forms.ts';

/** How a module's function is called: its name, what stands before the weights, the weights in their order. */
interface Function {
  readonly callee: string;
  readonly before?: readonly string[];
  readonly weights: readonly string[];
  /** Arguments of the module's constructor that the weights say themselves. */
  readonly said: readonly string[];
  readonly after?: readonly string[];
}

const ofConvolution = (callee: string): Function => ({
  callee,
  weights: ['weight', 'bias'],
  said: ['in_channels', 'out_channels', 'kernel_size', 'bias'],
});
const ofBatches: Function = {
  callee: 'F.batch_norm',
  weights: ['running_mean', 'running_var', 'weight', 'bias'],
  said: ['num_features'],
  after: ['training=self.training'],
};
const ofInstances: Function = {
  callee: 'F.instance_norm',
  before: ['None', 'None'],
  weights: ['weight', 'bias'],
  said: ['num_features', 'affine'],
};

/** By the modules of PyTorch that have weights. */
const functions: Readonly<Record<string, Function>> = {
  'nn.Conv2d': ofConvolution('F.conv2d'),
  'nn.Conv1d': ofConvolution('F.conv1d'),
  'nn.ConvTranspose2d': ofConvolution('F.conv_transpose2d'),
  'nn.ConvTranspose1d': ofConvolution('F.conv_transpose1d'),
  'nn.Linear': {
    callee: 'F.linear',
    weights: ['weight', 'bias'],
    said: ['in_features', 'out_features', 'bias'],
  },
  'nn.LayerNorm': { callee: 'F.layer_norm', weights: ['weight', 'bias'], said: [] },
  LayerNormWithoutBias: { callee: 'F.layer_norm', weights: ['weight', 'bias'], said: [] },
  'nn.GroupNorm': { callee: 'F.group_norm', weights: ['weight', 'bias'], said: ['num_channels'] },
  'nn.BatchNorm1d': ofBatches,
  'nn.BatchNorm2d': ofBatches,
  'nn.InstanceNorm1d': ofInstances,
  'nn.InstanceNorm2d': ofInstances,
  'nn.PReLU': { callee: 'F.prelu', weights: ['weight'], said: ['num_parameters'] },
};

/** What an item keeps under names of its own, by the weight: each has one, and a function takes them. */
export type Kept = ReadonlyMap<string, string>;

/** What a layer keeps under names that are not its own; nothing where it is a module. */
export function keptBy(item: ScopeItem, form: TorchForm | undefined): Kept | undefined {
  const keys = item.kind === 'block' ? undefined : item.state?.keys;
  if (item.kind === 'block' || !keys) return undefined;
  const own = (name: string): boolean => Object.hasOwn(keys, name);
  if (item.kind === 'gather')
    return own('indices') && item.params.dropAxis !== true
      ? new Map([['indices', keys.indices!]])
      : undefined;
  const callee = form?.module?.callee;
  if (callee === undefined || form?.call || !Object.hasOwn(functions, callee)) return undefined;
  const names = item.weights.map(({ name }) => name);
  const isWhole = names.every(own) && names.every((name) => functions[callee]!.weights.includes(name));
  return isWhole ? new Map(names.map((name) => [name, keys[name]!])) : undefined;
}

/** The call of the function that takes what is kept, by the expressions of the tensors. */
export function functionCall(
  item: LayerItem,
  form: TorchForm | undefined,
  [x, ...others]: readonly string[],
  kept: ReadonlyMap<string, string>,
): string {
  if (item.kind === 'gather') {
    const rank = item.inputDims[0]!.length;
    const axis = Number(item.params.axis);
    const flat = shapeOf(item) === undefined ? '' : '.flatten()';
    return `${x}[${':, '.repeat(axis < 0 ? axis + rank : axis)}${kept.get('indices')}${flat}]`;
  }
  const { callee, arguments: args } = form!.module!;
  const { callee: name, before = [], weights, said, after = [] } = functions[callee]!;
  const left = args.filter((argument) => !said.includes(argument.name));
  const positional = left.filter((argument) => argument.positional === true);
  const rest = argumentTexts(left.filter((argument) => argument.positional !== true));
  const given = weights.flatMap((weight) => kept.get(weight) ?? []);
  // A module takes one extent as a number, its function takes a list.
  const first = argumentTexts(positional).map((text) =>
    name === 'F.layer_norm' && /^\d+$/.test(text) ? `(${text},)` : text,
  );
  const texts = [x!, ...others, ...first, ...before, ...given, ...after, ...rest];
  return `${name}(${texts.join(', ')})`;
}

/** A tensor that is kept, as the module is made. */
export interface KeptTensor {
  readonly form: ModuleForm;
  readonly learned: boolean;
  /** What fills it; nothing where the form does. */
  readonly fill?: string;
  readonly helper?: 'evenly_spaced' | 'relative_position_index' | 'shifted_window_mask';
}

export function keptTensor(item: LayerItem, weight: string): KeptTensor {
  if (item.kind === 'gather') return placesOf(item);
  const { dims, init, trained } = item.weights.find(({ name }) => name === weight) as WeightSpec;
  const sizes = dims.map((extent) => sized('size', String(extent)));
  if (init.kind !== 'constant')
    return {
      form: { callee: 'torch.empty', arguments: sizes },
      learned: trained,
      fill: dims.length > 1 ? 'nn.init.xavier_uniform_' : 'nn.init.normal_',
    };
  if (init.value === 0 || init.value === 1)
    return {
      form: { callee: init.value === 0 ? 'torch.zeros' : 'torch.ones', arguments: sizes },
      learned: trained,
    };
  const given = [sized('size', tuple(dims)), sized('fill_value', literal(init.value))];
  return { form: { callee: 'torch.full', arguments: given }, learned: trained };
}

/** A constant that says what it holds, element by element or as the mask of shifted windows; nothing where one number fills it. */
export function saidTensor({ params, outputDims, kind }: ScopeItem): KeptTensor | undefined {
  if (kind !== 'constant') return undefined;
  const [dims] = outputDims as readonly [Dims];
  const learned = params.learned === true;
  const values = params.values as readonly number[];
  const windows = params.windows as readonly number[];
  if (windows.length === 6) {
    const pairs = [0, 2, 4].map((at) => tuple(windows.slice(at, at + 2)));
    const args = ['size', 'window', 'shift', 'shape'].map((name, i) => sized(name, pairs[i] ?? tuple(dims)));
    return {
      form: { callee: 'shifted_window_mask', arguments: args },
      learned,
      helper: 'shifted_window_mask',
    };
  }
  if (values.length === 0) return undefined;
  const axis = evenAxis(values, dims);
  if (axis !== undefined) {
    const [start, end] = [literal(values[0]!), literal(values.at(-1)!)];
    const args = [sized('first', start), sized('last', end), sized('shape', tuple(dims))];
    return {
      form: { callee: 'evenly_spaced', arguments: [...args, { name: 'axis', text: String(axis) }] },
      learned,
      helper: 'evenly_spaced',
    };
  }
  const text = nested(values.map(literal), dims);
  return { form: { callee: 'torch.tensor', arguments: [sized('data', text)] }, learned };
}

/** Fewer numbers are written down. */
const LEAST_SPACED = 8;

/** The axis along which numbers grow by the same step, if they are the same along all others. */
function evenAxis(values: readonly number[], dims: Dims): number | undefined {
  let inner = values.length;
  for (const [axis, extent] of dims.entries()) {
    inner /= extent;
    if (extent < LEAST_SPACED) continue;
    const [start, end] = [values[0]!, values.at(-1)!];
    const most = Math.max(Math.abs(start), Math.abs(end));
    const isEven = values.every((value, i) => {
      const at = Math.floor(i / inner) % extent;
      // What is worked out in single precision is off by its last digits.
      return Math.abs(value - (start + ((end - start) * at) / (extent - 1))) <= 1e-6 * most;
    });
    if (isEven && start !== end) return axis;
  }
  return undefined;
}

const indicesOf = ({ params }: LayerItem): readonly number[] => params.indices as readonly number[];

/** Of places that have more axes than one, or none. */
function shapeOf(item: LayerItem): readonly number[] | undefined {
  const shape = item.state?.shape;
  const count = shape?.reduce((product, extent) => product * extent, 1);
  return count === indicesOf(item).length ? shape : undefined;
}

function placesOf(item: LayerItem): KeptTensor {
  const indices = indicesOf(item);
  const shape = shapeOf(item);
  const window = windowOf(indices);
  if (window && (shape === undefined || shape.length === 2)) {
    const args = [sized('height', String(window[0])), sized('width', String(window[1]))];
    const isFlat = shape === undefined;
    return {
      form: {
        callee: 'relative_position_index',
        arguments: isFlat ? [...args, { name: 'flat', text: 'True' }] : args,
      },
      learned: false,
      helper: 'relative_position_index',
    };
  }
  const text = nested(indices, shape ?? [indices.length]);
  return { form: { callee: 'torch.tensor', arguments: [sized('data', text)] }, learned: false };
}

function nested(values: readonly (number | string)[], [extent, ...inner]: Dims): string {
  if (extent === undefined) return String(values[0]);
  if (inner.length === 0) return `[${values.join(', ')}]`;
  const size = values.length / extent;
  const rows = Array.from({ length: extent }, (_, i) =>
    nested(values.slice(i * size, (i + 1) * size), inner),
  );
  return `[${rows.join(', ')}]`;
}

/**
 * The window whose relative positions these are, row by row: of places (y, x) and (v, u) it is
 * (y − v + height − 1) · (2 · width − 1) + x − u + width − 1, as in Swin (Liu et al. 2021).
 */
function windowOf(indices: readonly number[]): readonly [number, number] | undefined {
  const places = Math.sqrt(indices.length);
  if (!Number.isInteger(places) || places < 2) return undefined;
  // The first place lies above and left of itself by nothing, so that this is the middle of the table.
  const middle = indices[0]!;
  for (let height = 1; height <= places; height++) {
    const width = places / height;
    if (!Number.isInteger(width) || middle !== (height - 1) * (2 * width - 1) + width - 1) continue;
    const isSame = indices.every((index, i) => {
      const [from, to] = [Math.floor(i / places), i % places];
      const down = Math.floor(from / width) - Math.floor(to / width) + height - 1;
      return index === down * (2 * width - 1) + (from % width) - (to % width) + width - 1;
    });
    if (isSame) return [height, width];
  }
  return undefined;
}

import type { Dims } from '../../base/dims.ts';
import type { LayerKind } from '../../layers/index.ts';
import type { Flow, KerasBuilder, Origin, WeightSource, WeightSources } from './builder.ts';
import type { Settings } from './config.ts';

/** What a layer of Keras is translated with. */
export interface Translation {
  readonly build: KerasBuilder;
  readonly origin: Origin;
  readonly settings: Settings;
  readonly inputs: readonly Flow[];
  /** What stands beside the inputs of a call: numbers and lists, by name or place. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Whether Keras 3 wrote the file, which has other numbers for some activations. */
  readonly since3: boolean;
  /** Whether all that is made of the output is fully connected layers. */
  readonly onlyDense: boolean;
}
export type Translator = (translation: Translation) => Flow;

/** A map or a signal with its channels first in the design, of which Keras has them last. */
export function channelsLast({ build, origin }: Translation, flow: Flow): Flow {
  if (flow.axes === 'last' || (flow.dims.length !== 4 && flow.dims.length !== 3)) return flow;
  const perm = flow.dims.length === 4 ? [0, 3, 1, 2] : [0, 2, 1];
  return { ...build.add(origin, 'transpose', [flow], { perm }, { suffix: '.channels_first' }), axes: 'last' };
}

/** A tensor whose axes are in the design as Keras has them. */
export function plain({ build, origin }: Translation, flow: Flow): Flow {
  if (flow.axes === 'plain') return flow;
  const perm = flow.dims.length === 4 ? [0, 2, 3, 1] : [0, 2, 1];
  return { ...build.add(origin, 'transpose', [flow], { perm }, { suffix: '.channels_last' }), axes: 'plain' };
}

/** The axis of the design that is an axis of Keras; the batch is axis 0. */
export function axisIn({ axes, dims }: Flow, axis: number): number {
  const at = axis < 0 ? axis + dims.length : axis;
  if (axes === 'plain' || at === 0) return at;
  return at === dims.length - 1 ? 1 : at + 1;
}

export const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;
export const isOn = (value: unknown, otherwise = true): boolean =>
  typeof value === 'boolean' ? value : otherwise;

/** One number, or a list of two. */
export function pair(
  { build, origin, settings }: Translation,
  key: string,
  otherwise: unknown = 1,
): [number, number] {
  const value = settings[key] ?? otherwise;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const [rows, columns] = list.length === 1 ? [list[0], list[0]] : list;
  if (list.length > 2 || typeof rows !== 'number' || typeof columns !== 'number')
    throw build.refuse(origin, key, value);
  return [rows, columns];
}

export const one = (translation: Translation, key: string, otherwise: unknown = 1): number =>
  pair(translation, key, otherwise)[0];

/** A map or a signal with its channels where the layer says that they are: as they lie in the design, if they are first. */
export function image(translation: Translation, flow = translation.inputs[0]!): Flow {
  const { build, origin, settings } = translation;
  const format = settings.data_format ?? 'channels_last';
  if (format === 'channels_first') return plain(translation, flow);
  if (format !== 'channels_last') throw build.refuse(origin, 'data_format', format);
  return channelsLast(translation, flow);
}

export function padding({ build, origin, settings }: Translation): 'same' | 'valid' | 'causal' {
  const given = settings.padding ?? 'valid';
  if (given === 'same' || given === 'valid' || given === 'causal') return given;
  throw build.refuse(origin, 'padding', given);
}

/** Of a map: as a parameter of the design. */
export function padsOfMap(translation: Translation): 'same' | readonly [0, 0, 0, 0] {
  const given = padding(translation);
  if (given === 'causal') throw translation.build.refuse(translation.origin, 'padding', given);
  return given === 'same' ? 'same' : [0, 0, 0, 0];
}

/** Along a line: before and after. */
export function padsOfLine(
  translation: Translation,
  extent: number,
  kernel: number,
  stride: number,
  dilation: number,
): readonly [number, number] {
  const given = padding(translation);
  const span = dilation * (kernel - 1);
  if (given === 'valid') return [0, 0];
  if (given === 'causal') return [span, 0];
  const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + span + 1 - extent);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

export const stored = (role: string, index: number, order?: readonly number[]): WeightSource => ({
  stored: { role, index },
  ...(order ? { turn: (dims: Dims) => ({ dims, order }) } : {}),
});

/** Kernel and, where it is there, bias; from a place among the layer's weights on. */
export function kernelAndBias(kernel: WeightSource, bias: boolean, at = 1): WeightSources {
  return { weight: kernel, ...(bias ? { bias: stored('bias', at) } : {}) };
}

/** A number, or one per channel, that an input is joined with. */
export function joined(
  translation: Translation,
  kind: LayerKind,
  x: Flow,
  given: readonly number[],
  suffix: string,
): Flow {
  const { build, origin } = translation;
  const shape =
    given.length === 1
      ? [1]
      : x.axes === 'last'
        ? [given.length, ...x.dims.slice(2).map(() => 1)]
        : [given.length];
  const fill = given.every((value) => value === given[0]) ? given[0]! : 0;
  const constant = build.add(
    origin,
    'constant',
    [],
    { shape, fill },
    {
      suffix: `${suffix}_by`,
      weights: { value: { values: given } },
      trained: 0,
    },
  );
  return { ...build.add(origin, kind, [x, constant], {}, { suffix }), axes: x.axes };
}

export function flatNumbers(value: unknown, depth = 0): readonly number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) && depth < 8 ? value.flatMap((each) => flatNumbers(each, depth + 1)) : [];
}

/** Several inputs that are joined element by element, in one layout. */
export function alike(translation: Translation, flows = translation.inputs): readonly Flow[] {
  const last = flows.some(({ axes }) => axes === 'last');
  if (!last) return flows;
  return flows.map((flow) => channelsLast(translation, flow));
}

/** What works element by element keeps what is known of the input's order. */
export function keeping({ inputs }: Translation, flow: Flow): Flow {
  const { flattened } = inputs[0]!;
  return flattened ? { ...flow, flattened } : flow;
}

import type { LayerKind } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import type { Flow } from './builder.ts';
import { isRecord, type Settings } from './config.ts';
import { axisIn, number, type Translation } from './translation.ts';

type Made = readonly [kind: LayerKind, params?: ParamValues];
type Maker = (settings: Settings, translation: Translation, flow: Flow) => Made | undefined;

const plainly =
  (kind: LayerKind, params?: ParamValues): Maker =>
  () =>
    params ? [kind, params] : [kind];

/** A ReLU with an end, a slope or a threshold. */
const relu: Maker = (settings) => {
  const most = settings.max_value;
  const slope = number(settings.negative_slope ?? settings.alpha, 0);
  if (number(settings.threshold, 0) !== 0 || (slope !== 0 && typeof most === 'number')) return undefined;
  if (typeof most === 'number') return ['clip', { min: 0, max: most }];
  return slope === 0 ? ['relu'] : ['leakyRelu', { slope }];
};

/** Source: keras/src/activations/activations.py; before Keras 3, the hard sigmoid had a slope of 0.2. */
const activations: Readonly<Record<string, Maker>> = {
  relu,
  relu6: plainly('clip', { min: 0, max: 6 }),
  leaky_relu: (settings, { origin }) => [
    'leakyRelu',
    { slope: number(settings.negative_slope ?? settings.alpha, origin.kind === 'LeakyReLU' ? 0.3 : 0.2) },
  ],
  thresholded_relu: (settings) => ['thresholdedRelu', { threshold: number(settings.theta, 1) }],
  elu: (settings) => ['elu', { alpha: number(settings.alpha, 1) }],
  selu: plainly('selu'),
  sigmoid: plainly('sigmoid'),
  hard_sigmoid: (_, { since3 }) => ['hardSigmoid', { alpha: since3 ? 1 / 6 : 0.2, beta: 0.5 }],
  tanh: plainly('tanh'),
  silu: plainly('silu'),
  swish: plainly('silu'),
  hard_silu: plainly('hardSwish'),
  hard_swish: plainly('hardSwish'),
  mish: plainly('mish'),
  gelu: (settings) => ['gelu', { approximate: settings.approximate === true ? 'tanh' : 'none' }],
  softplus: plainly('softplus'),
  softsign: plainly('softsign'),
  exponential: plainly('exp'),
  exp: plainly('exp'),
  sqrt: plainly('sqrt'),
  abs: plainly('abs'),
  log: plainly('log'),
  softmax: (settings, _, flow) => ['softmax', { axis: axisIn(flow, number(settings.axis, -1)) }],
  log_softmax: (settings, _, flow) => ['logSoftmax', { axis: axisIn(flow, number(settings.axis, -1)) }],
};

/** An activation that Keras names, or describes by its function's name and settings. */
export function activate(translation: Translation, flow: Flow, given: unknown, suffix: string): Flow {
  const { build, origin } = translation;
  const { name, settings } = described(given);
  if (name === 'linear') return flow;
  const maker = name !== undefined && Object.hasOwn(activations, name) ? activations[name] : undefined;
  const made = maker?.(settings, translation, flow);
  if (!made) throw build.refuse(origin, 'activation', given);
  const [kind, params = {}] = made;
  return { ...build.add(origin, kind, [flow], params, { suffix }), axes: flow.axes };
}

function described(given: unknown): { readonly name: string | undefined; readonly settings: Settings } {
  if (typeof given === 'string') return { name: given, settings: {} };
  if (!isRecord(given)) return { name: undefined, settings: {} };
  const { class_name: kind, config, name } = given;
  // A function as Keras 3 serialises it, or a layer given as an activation.
  if (kind === 'function') return { name: typeof config === 'string' ? config : undefined, settings: {} };
  if (typeof kind === 'string') return { name: snake(kind), settings: isRecord(config) ? config : {} };
  return { name: typeof name === 'string' ? name : undefined, settings: given };
}

const snake = (name: string): string =>
  ({ ReLU: 'relu', LeakyReLU: 'leaky_relu', ELU: 'elu' })[name] ?? name.toLowerCase();

/** The activation that a layer has built in. */
export const activated = (translation: Translation, flow: Flow): Flow =>
  activate(translation, flow, translation.settings.activation ?? 'linear', '_activation');

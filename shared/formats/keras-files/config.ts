import { messages } from '../../base/problem.ts';
import { Refusal } from '../weights/source.ts';

export const say = messages('formats/keras-files/config', {
  'keras-wrong': [
    'The Keras model cannot be read: {{why}}.',
    'The file is damaged or of a model that is no list or graph of layers; save it anew with model.save().',
  ],
  'no-json': 'its description is no JSON',
  'no-layers': '"{{name}}" says no layers',
  'too-deep': 'models lie in models, more than {{most}} deep',
  'too-many': 'it has more than {{most}} layers',
  'no-name': 'a layer has no name',
  'twice-named': 'two layers are called "{{name}}"',
  'no-model': 'it is a {{kind}}, which Keras describes by Python code alone',
});

export type Settings = Readonly<Record<string, unknown>>;

/** An output of a layer: which of its calls gives it, and which of that call's outputs it is. */
export interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** One call of a layer: what it is given, in order, and by name. */
export interface Call {
  readonly inputs: readonly TensorRef[];
  readonly named: ReadonlyMap<string, TensorRef>;
  /** Numbers and lists that stand beside them. */
  readonly values: ReadonlyMap<string, unknown>;
}

export interface KerasLayer {
  readonly name: string;
  readonly kind: string;
  readonly settings: Settings;
  readonly calls: readonly Call[];
  /** Of a layer that is a model itself. */
  readonly model?: KerasModel;
}

/** A model as its layers and who feeds whom. */
export interface KerasModel {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

const MAX_LAYERS = 100_000;
const MAX_DEPTH = 16;
const MAX_NESTED = 32;

export const isRecord = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const wrong = (why: Parameters<typeof wrongOf>[0]): Refusal => new Refusal(wrongOf(why));
const wrongOf = (why: ReturnType<typeof say.part> | string) => say.at({ offset: 0 }, 'keras-wrong', { why });

/** Reads what `model.to_json()` writes, of Keras 2 and 3. Throws a Refusal where that is no model of layers. */
export function readConfig(text: string): KerasModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong(say.part('no-json'));
  }
  return modelOf(json, { left: MAX_LAYERS, depth: 0 });
}

interface Budget {
  left: number;
  depth: number;
}

const models: ReadonlySet<string> = new Set(['Functional', 'Model', 'Sequential']);

function modelOf(json: unknown, budget: Budget): KerasModel {
  const { class_name: kind, config } = isRecord(json) ? json : {};
  if (typeof kind === 'string' && !models.has(kind))
    throw wrong(say.part('no-model', { kind: kind.slice(0, 100) }));
  // Before Keras 2.3 a list of layers stood alone.
  const settings: Settings = Array.isArray(config) ? { layers: config } : isRecord(config) ? config : {};
  const name = typeof settings.name === 'string' ? settings.name : 'model';
  if (!Array.isArray(settings.layers)) throw wrong(say.part('no-layers', { name }));
  if (++budget.depth > MAX_DEPTH) throw wrong(say.part('too-deep', { most: MAX_DEPTH }));
  const layers = settings.layers.map((each: unknown) => layerOf(each, budget));
  budget.depth--;
  const seen = new Set<string>();
  for (const { name: each } of layers) {
    if (seen.has(each)) throw wrong(say.part('twice-named', { name: each }));
    seen.add(each);
  }
  if (kind === 'Sequential' || settings.input_layers === undefined) return inARow(name, layers, settings);
  return {
    name,
    layers,
    inputs: refsOf(settings.input_layers),
    outputs: refsOf(settings.output_layers),
  };
}

function layerOf(json: unknown, budget: Budget): KerasLayer {
  if (--budget.left < 0) throw wrong(say.part('too-many', { most: MAX_LAYERS }));
  const { class_name: kind, config, name, inbound_nodes: calls } = isRecord(json) ? json : {};
  const settings = isRecord(config) ? config : {};
  const called = name ?? settings.name;
  if (typeof kind !== 'string' || typeof called !== 'string') throw wrong(say.part('no-name'));
  const model = models.has(kind) ? modelOf(json, budget) : undefined;
  return { name: called, kind, settings, calls: listOf(calls).map(callOf), ...(model ? { model } : {}) };
}

/** Layers one after the other; what feeds the first is the model's input. */
function inARow(name: string, layers: readonly KerasLayer[], settings: Settings): KerasModel {
  const first = layers[0];
  const given = first?.kind === 'InputLayer';
  const shape =
    first?.settings.batch_shape ?? first?.settings.batch_input_shape ?? settings.build_input_shape;
  const input: KerasLayer = {
    name: `${name}_input`,
    kind: 'InputLayer',
    settings: { batch_shape: shape },
    calls: [],
  };
  const all = given ? layers : [input, ...layers];
  const row = all.map((layer, i): KerasLayer => {
    const before = all[i - 1];
    return before ? { ...layer, calls: [onlyFrom({ layer: before.name, call: 0, output: 0 })] } : layer;
  });
  const refOf = ({ name: layer }: KerasLayer): TensorRef => ({ layer, call: 0, output: 0 });
  return { name, layers: row, inputs: [refOf(row[0]!)], outputs: [refOf(row.at(-1)!)] };
}

const onlyFrom = (ref: TensorRef): Call => ({ inputs: [ref], named: new Map(), values: new Map() });

/** `["conv", 0, 0]`, or a list of such. */
function refsOf(value: unknown): readonly TensorRef[] {
  const one = refOf(value);
  return one ? [one] : listOf(value).flatMap((each) => refOf(each) ?? []);
}

function refOf(value: unknown): TensorRef | undefined {
  if (isRecord(value) && value.class_name === '__keras_tensor__')
    return refOf(isRecord(value.config) ? value.config.keras_history : undefined);
  if (!Array.isArray(value)) return undefined;
  const [layer, call, output] = value as readonly unknown[];
  if (typeof layer !== 'string' || !Number.isSafeInteger(call) || !Number.isSafeInteger(output))
    return undefined;
  return { layer, call: Number(call), output: Number(output) };
}

function callOf(json: unknown): Call {
  const inputs: TensorRef[] = [];
  const named = new Map<string, TensorRef>();
  const values = new Map<string, unknown>();
  const keep = (key: string, value: unknown): void => {
    const ref = refOf(value);
    if (ref) named.set(key, ref);
    else values.set(key, value);
  };
  if (isRecord(json)) {
    for (const [i, given] of listOf(json.args).entries()) {
      const found = tensorsIn(given);
      if (found.length > 0) inputs.push(...found);
      else values.set(String(i), given);
    }
    for (const [key, value] of Object.entries(isRecord(json.kwargs) ? json.kwargs : {})) keep(key, value);
    return { inputs, named, values };
  }
  // Before Keras 3: a list of inputs, of which the fourth part names further ones; or such an input alone.
  for (const each of refOf(json) ? [json] : listOf(json)) {
    const ref = refOf(each);
    if (ref) inputs.push(ref);
    const more = Array.isArray(each) ? (each as readonly unknown[])[3] : undefined;
    for (const [key, value] of Object.entries(isRecord(more) ? more : {})) keep(key, value);
  }
  return { inputs, named, values };
}

function tensorsIn(value: unknown, depth = 0): readonly TensorRef[] {
  const ref = refOf(value);
  if (ref) return [ref];
  return depth < MAX_NESTED ? listOf(value).flatMap((each) => tensorsIn(each, depth + 1)) : [];
}

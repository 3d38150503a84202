import type { Dims } from '../../base/dims.ts';
import { formatDims } from '../../base/dims.ts';
import { fail, failAll, messages, type Problem, type Result, succeed } from '../../base/problem.ts';
import { inBrief } from '../../base/text.ts';
import type { Design } from '../../graph/design.ts';
import { type Hdf5Contents, openHdf5 } from '../weights/hdf5.ts';
import { fileInArchive, MAX_WEIGHTS_BYTES, WEIGHTS_IN_ARCHIVE } from '../weights/keras-archive.ts';
import { type ByteSource, bytesSource, problemOf, Refusal } from '../weights/source.ts';
import type { LazyWeights } from '../weights/store.ts';
import { type Flow, KerasBuilder, type Origin } from './builder.ts';
import { type Call, type KerasLayer, type KerasModel, readConfig, type TensorRef, wrong } from './config.ts';
import { functionOf } from './functions.ts';
import { keepsOrder, layers } from './layers.ts';
import { type LayerPlace, StoredWeights } from './stored.ts';

export const say = messages('formats/keras-files/open', {
  'layer-unsupported': [
    'There is no way to read the layer "{{name}}" of class {{kind}}.',
    'Replace it, or save the model as ONNX by model.export().',
  ],
  'weights-alone': [
    'The file holds weights without their network.',
    'Open the network first, and load the weights into it; or save both with model.save().',
  ],
  'weights-left-out': [
    'The weights were left out: the file lacks those of {{nodes}}.',
    'Save the whole model with model.save().',
  ],
  'input-axis-open': [
    'The input "{{name}}" leaves its extents open ({{given}}).',
    'Choose a shape for it, such as {{proposed}}.',
  ],
  'no-config': 'it has no config.json',
  'fed-by-nothing': 'nothing feeds "{{name}}"',
  'too-many-calls': 'its layers are called more than {{most}} times',
  'in-a-ring': 'its layers feed each other in a ring',
});

/** A model of Keras opened: its weights still lie in the file. */
export interface KerasImport {
  readonly design: Design;
  /** Those that lie in the file; left out where it has none, or not all. */
  readonly weights?: LazyWeights;
  readonly remarks: readonly Problem[];
}

/** How a model of Keras is opened. */
export interface KerasOptions {
  /** Shown as the design's name; the model's own otherwise. */
  readonly name?: string;
  /** For inputs whose shape is open: as samples, channels first. */
  readonly shapeFor?: (name: string) => Dims | undefined;
  /** Asked once for the shapes of all inputs that are open then still, by their names. */
  readonly ask?: (inputs: readonly OpenKerasInput[]) => Promise<ReadonlyMap<string, Dims>>;
}

/** An input of a model that leaves extents open. */
interface OpenKerasInput {
  readonly name: string;
  /** One per axis of a sample, channels first: `?` where it is open, null where it is not. */
  readonly axes: readonly (string | null)[];
  /** A sample's shape to begin with. */
  readonly proposal: Dims;
}

const MAX_TEXT_BYTES = 2 ** 23;
const MOST_TOLD = 50;
/** Nobody fills in more of them than that. */
const MOST_ASKED = 32;
/** Models that are called by models are gone through each time. */
const MAX_CALLS = 100_000;

/** Whether an HDF5 file holds a network, and not weights alone. */
export async function holdsNetwork(source: ByteSource): Promise<boolean> {
  return openHdf5(source).then(
    ({ texts }) => texts.has('model_config'),
    () => false,
  );
}

/** Opens a whole model in HDF5, as Keras saved it before Keras 3 and still does under a name that ends in `.h5`. */
export function importKerasHdf5(
  source: ByteSource,
  options: KerasOptions = {},
): Promise<Result<KerasImport>> {
  return refusing(async () => {
    const contents = await openHdf5(source);
    const config = contents.texts.get('model_config');
    if (config === undefined) return fail(say.at({ offset: 0 }, 'weights-alone'));
    const since3 = contents.texts.get('keras_version')?.startsWith('3') === true;
    return importModel(readConfig(config), contents, since3, options);
  });
}

/** Opens a `.keras` archive: the description of the model, and its weights in HDF5 beside it. */
export function importKerasArchive(
  source: ByteSource,
  options: KerasOptions = {},
): Promise<Result<KerasImport>> {
  return refusing(async () => {
    const config = await fileInArchive(source, 'config.json', MAX_TEXT_BYTES);
    if (!config) throw wrong(say.part('no-config'));
    const text = new TextDecoder();
    const metadata = await fileInArchive(source, 'metadata.json', MAX_TEXT_BYTES);
    const weights = await fileInArchive(source, WEIGHTS_IN_ARCHIVE, MAX_WEIGHTS_BYTES);
    const contents = weights && (await openHdf5(bytesSource(weights)));
    const since3 = !/"keras_version":\s*"2/.test(metadata ? text.decode(metadata) : '');
    return importModel(readConfig(text.decode(config)), contents, since3, options);
  });
}

async function refusing(act: () => Promise<Result<KerasImport>>): Promise<Result<KerasImport>> {
  try {
    return await act();
  } catch (error) {
    return fail(problemOf(error));
  }
}

async function importModel(
  model: KerasModel,
  contents: Hdf5Contents | undefined,
  since3: boolean,
  options: KerasOptions,
): Promise<Result<KerasImport>> {
  const unknown = unsupported(model);
  if (unknown.length > 0) return failAll(unknown);
  const build = new KerasBuilder();
  const walk = new Walk(build, since3, await shapesFor(model, options), hasChannelsFirst(model));
  const outputs = walk.run(model, { names: [], classes: [] }, undefined);
  for (const [i, flow] of outputs.entries()) {
    const name = outputs.length === 1 ? 'output' : `output_${i + 1}`;
    build.add({ name, kind: 'Output', place: { names: [name], classes: [] } }, 'output', [flow]);
  }
  const design = build.design(options.name ?? model.name);
  if (!contents) return succeed({ design, remarks: [] });
  const { weights, missing } = build.weights(new StoredWeights(contents, build.holders));
  if (missing.length === 0) return succeed({ design, weights, remarks: [] });
  const nodes = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ', …' : '');
  return succeed({ design, remarks: [say.at({ offset: 0 }, 'weights-left-out', { nodes })] });
}

type ShapeFor = (name: string) => Dims | undefined;

/** Who knows the shapes that a model leaves open: what is given with it, then who is asked. */
async function shapesFor(model: KerasModel, options: KerasOptions): Promise<ShapeFor> {
  const { layers: all, inputs } = model;
  const channelsFirst = hasChannelsFirst(model);
  const { shapeFor = () => undefined, ask } = options;
  const names = new Set(inputs.map(({ layer }) => layer));
  const open = all
    .filter(({ name }) => names.has(name) && shapeFor(name) === undefined)
    .flatMap((layer) => openInput(layer, channelsFirst) ?? []);
  const axes = open.reduce((sum, input) => sum + input.axes.length, 0);
  if (!ask || axes === 0 || axes > MOST_ASKED) return shapeFor;
  const asked = await ask(open);
  return (name) => shapeFor(name) ?? asked.get(name);
}

/** Whether the maps that come into a model have their channels before rows and columns. */
function hasChannelsFirst(model: KerasModel): boolean {
  return mapFormat(model) === 'channels_first';
}

/** What the first layer says that has maps or signals come in; a flattening does not go by what comes in. */
function mapFormat({ layers: all }: KerasModel): unknown {
  for (const { kind, settings, model } of all) {
    const format = model ? mapFormat(model) : kind === 'Flatten' ? undefined : settings.data_format;
    if (format != null) return format;
  }
  return undefined;
}

/** A sample as an input states it, channels first: maps have them last in Keras, or not. Undefined where it states none. */
function sampleOf({ settings }: KerasLayer, channelsFirst: boolean): readonly unknown[] | undefined {
  const stated = settings.batch_shape ?? settings.batch_input_shape;
  if (!Array.isArray(stated)) return undefined;
  const sample: readonly unknown[] = stated.slice(1);
  return sample.length === 3 && !channelsFirst ? [sample[2], sample[0], sample[1]] : sample;
}

const isExtent = (extent: unknown): extent is number => Number.isSafeInteger(extent);
const PICTURE: Dims = [3, 224, 224];
/** Steps of a short sequence. */
const USUAL_LENGTH = 128;

/** An input that leaves extents open; undefined where it leaves none. */
function openInput(layer: KerasLayer, channelsFirst: boolean): OpenKerasInput | undefined {
  const sample = sampleOf(layer, channelsFirst) ?? PICTURE.map(() => null);
  if (sample.every(isExtent)) return undefined;
  const usual = sample.length === PICTURE.length ? PICTURE : sample.map(() => USUAL_LENGTH);
  return {
    name: layer.name,
    axes: sample.map((extent) => (isExtent(extent) ? null : '?')),
    proposal: sample.map((extent, i) => (isExtent(extent) ? extent : usual[i]!)),
  };
}

/** Every layer that cannot be read, up to a number that can be read. */
function unsupported({ layers: all }: KerasModel): readonly Problem[] {
  const found: Problem[] = [];
  for (const { name, kind, settings, model } of all) {
    if (found.length >= MOST_TOLD) break;
    if (model) found.push(...unsupported(model));
    else if (kind !== 'InputLayer' && !translatorOf(kind, settings))
      found.push(say.at({ path: name }, 'layer-unsupported', { name, kind }));
  }
  return found.slice(0, MOST_TOLD);
}

const translatorOf = (kind: string, settings: KerasLayer['settings']) =>
  (Object.hasOwn(layers, kind) ? layers[kind] : undefined) ?? functionOf(kind, settings);

/** A call that waits for its inputs. */
interface Waiting {
  readonly layer: KerasLayer;
  readonly nth: number;
  readonly call: Call;
  left: number;
}

const keyOf = ({ layer, call, output }: TensorRef): string => JSON.stringify([layer, call, output]);

/** Goes through a model in the order in which its layers feed each other, and through the models in it. */
class Walk {
  readonly #build: KerasBuilder;
  readonly #since3: boolean;
  readonly #shapeFor: ShapeFor;
  /** Of the maps that come in. */
  readonly #channelsFirst: boolean;
  #calls = 0;

  constructor(build: KerasBuilder, since3: boolean, shapeFor: ShapeFor, channelsFirst: boolean) {
    this.#build = build;
    this.#since3 = since3;
    this.#shapeFor = shapeFor;
    this.#channelsFirst = channelsFirst;
  }

  /** What the model gives; its inputs are those given, or inputs of the design where it is the outermost. */
  run(model: KerasModel, at: LayerPlace, given: readonly Flow[] | undefined): readonly Flow[] {
    const places = placesOf(model, at);
    const consumers = consumersOf(model);
    const skipped = skippedCalls(model);
    const flows = new Map<string, Flow>();
    const waiting = new Map<string, Waiting[]>();
    const ready: Waiting[] = [];
    for (const layer of model.layers) {
      if (layer.kind === 'InputLayer') continue;
      for (const [nth, call] of layer.calls.entries()) {
        const refs = new Set([...call.inputs, ...call.named.values()].map(keyOf));
        const entry = { layer, nth, call, left: refs.size };
        for (const ref of refs) {
          const others = waiting.get(ref);
          if (others) others.push(entry);
          else waiting.set(ref, [entry]);
        }
        if (refs.size === 0) ready.push(entry);
      }
    }
    const settle = (ref: TensorRef, flow: Flow): void => {
      const key = keyOf(ref);
      flows.set(key, flow);
      for (const entry of waiting.get(key) ?? []) if (--entry.left === 0) ready.push(entry);
    };
    for (const [i, ref] of model.inputs.entries()) {
      const layer = model.layers.find(({ name }) => name === ref.layer);
      const flow = given ? given[i] : layer && this.#input(layer, places.get(layer.name)!);
      if (!flow) throw wrong(say.part('fed-by-nothing', { name: ref.layer }));
      settle(ref, flow);
    }
    for (let at = 0; at < ready.length; at++) {
      if (++this.#calls > MAX_CALLS) throw wrong(say.part('too-many-calls', { most: MAX_CALLS }));
      const { layer, nth, call } = ready[at]!;
      const place = places.get(layer.name)!;
      const inputs = [...call.inputs, ...this.#ordered(layer, call)].map((ref) => flows.get(keyOf(ref))!);
      const outputs = layer.model
        ? this.#model(layer.model, layer, place, inputs)
        : [this.#layer(layer, place, inputs, call, onlyDense(layer.name, consumers))];
      for (const [output, flow] of outputs.entries())
        settle({ layer: layer.name, call: nth + (skipped.get(layer.name) ?? 0), output }, flow);
    }
    return model.outputs.map((ref) => {
      const flow = flows.get(keyOf(ref));
      if (!flow)
        throw wrong(
          say.part(model.layers.some(({ name }) => name === ref.layer) ? 'in-a-ring' : 'fed-by-nothing', {
            name: ref.layer,
          }),
        );
      return flow;
    });
  }

  /** A model in the model: a block, where it gives one tensor. */
  #model(
    model: KerasModel,
    { name, kind }: KerasLayer,
    place: LayerPlace,
    inputs: readonly Flow[],
  ): readonly Flow[] {
    const isBlock = inputs.length > 0 && model.outputs.length === 1;
    const flow =
      isBlock && this.#build.block({ name, kind, place }, inputs, (inside) => this.run(model, place, inside));
    return flow ? [flow] : this.run(model, place, inputs);
  }

  /** Inputs that a call names: queries first, then values and keys. */
  #ordered(layer: KerasLayer, { named }: Call): readonly TensorRef[] {
    const order = ['inputs', 'query', 'value', 'key', 'x', 'x1', 'y', 'x2'];
    if (named.size === 0) return [];
    const known = order.flatMap((name) => named.get(name) ?? []);
    const other = [...named.keys()].find((name) => !order.includes(name));
    if (other !== undefined)
      throw this.#build.refuse(
        { name: layer.name, kind: layer.kind, place: { names: [layer.name], classes: [] } },
        other,
        'a tensor',
      );
    return known;
  }

  #layer(layer: KerasLayer, place: LayerPlace, inputs: readonly Flow[], call: Call, dense: boolean): Flow {
    const { name, kind, settings } = layer;
    const origin: Origin = { name, kind, place };
    const [first] = inputs;
    if (!first) throw wrong(say.part('fed-by-nothing', { name }));
    return translatorOf(kind, settings)!({
      build: this.#build,
      origin,
      settings,
      inputs,
      values: call.values,
      since3: this.#since3,
      onlyDense: dense,
    });
  }

  /** An input of the design. */
  #input(layer: KerasLayer, place: LayerPlace): Flow {
    const { name, settings } = layer;
    const open = openInput(layer, this.#channelsFirst);
    const shape = this.#shapeFor(name) ?? (open ? undefined : sampleOf(layer, this.#channelsFirst));
    if (!shape?.every(isExtent)) {
      const given = inBrief(settings.batch_shape ?? settings.batch_input_shape);
      const proposed = formatDims(open?.proposal ?? PICTURE);
      throw new Refusal(say.at({ path: name }, 'input-axis-open', { name, given, proposed }));
    }
    const origin: Origin = { name, kind: 'InputLayer', place };
    const flow = this.#build.add(origin, 'input', [], { shape, batched: true });
    return { ...flow, axes: shape.length === 3 && !this.#channelsFirst ? 'last' : 'plain' };
  }
}

/** Where the layers of a model lie in a file of weights. */
function placesOf(
  { layers: all }: KerasModel,
  { names, classes }: LayerPlace,
): ReadonlyMap<string, LayerPlace> {
  const times = new Map<string, number>();
  return new Map(
    all.map(({ name, kind }) => {
      const called = classInFiles(kind);
      const before = times.get(called) ?? 0;
      times.set(called, before + 1);
      const own = before === 0 ? called : `${called}_${before}`;
      return [name, { names: [...names, name], classes: [...classes, own] }];
    }),
  );
}

/** Source: to_snake_case in keras/src/utils/naming.py. */
const classInFiles = (kind: string): string =>
  kind
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Which layers read what a layer gives; undefined stands for whoever reads the model's outputs. */
function consumersOf({
  layers: all,
  outputs,
}: KerasModel): ReadonlyMap<string, readonly (KerasLayer | undefined)[]> {
  const consumers = new Map<string, (KerasLayer | undefined)[]>();
  const note = (from: string, by: KerasLayer | undefined): void => {
    const known = consumers.get(from);
    if (known) known.push(by);
    else consumers.set(from, [by]);
  };
  for (const layer of all)
    for (const { inputs, named } of layer.calls)
      for (const ref of [...inputs, ...named.values()]) note(ref.layer, layer);
  for (const { layer } of outputs) note(layer, undefined);
  return consumers;
}

/** Models are called once when they are made, which is not written; some writers count it, so that later calls have larger numbers. */
function skippedCalls({ layers: all, outputs }: KerasModel): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const refs = all.flatMap(({ calls }) =>
    calls.flatMap(({ inputs, named }) => [...inputs, ...named.values()]),
  );
  for (const { layer, call } of [...refs, ...outputs]) last.set(layer, Math.max(call, last.get(layer) ?? 0));
  return new Map(all.map(({ name, calls }) => [name, Math.max(0, (last.get(name) ?? 0) + 1 - calls.length)]));
}

/** Far enough for a dropout and an activation. */
const MOST_BETWEEN = 4;

function onlyDense(
  name: string,
  consumers: ReadonlyMap<string, readonly (KerasLayer | undefined)[]>,
  between = 0,
): boolean {
  const readers = consumers.get(name) ?? [];
  if (readers.length > MOST_BETWEEN || between > MOST_BETWEEN) return false;
  return (
    readers.length > 0 &&
    readers.every(
      (reader) =>
        reader !== undefined &&
        (reader.kind === 'Dense' ||
          (keepsOrder(reader.kind) && onlyDense(reader.name, consumers, between + 1))),
    )
  );
}

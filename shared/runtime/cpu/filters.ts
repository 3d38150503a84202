import { elementCount } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { StoredWeight, StoredWeights, WeightStore } from '../backend.ts';
import { preparationBytes } from '../plan/convolution.ts';
import { type FilterSource, type Taps, tapCount } from '../plan/graph.ts';
import { LINE_POINTS, lineFilters } from '../plan/line-transform.ts';
import type { Plan } from '../plan/plan.ts';
import type { ConvolutionStep } from '../plan/steps.ts';
import type { ConvolutionShape, Target } from '../plan/target.ts';
import { PIXEL_BYTES } from '../plan/tensors.ts';
import { winogradFilters } from '../plan/winograd.ts';
import type { Heap } from './heap.ts';
import type { Kernels } from './kernels.ts';

/** Packed filters in memory. */
export interface PackedFilters {
  readonly weights: number;
  readonly bias: number;
  /** Factors and offsets of what is read: 0 where it is read as it is. */
  readonly preparation: number;
  readonly bytes: number;
}

/** The vectors that the Winograd transform of the largest filter, 5×5, works in. */
const TRANSFORM_BYTES = 55 * 16;

/** Staging that packing a plan's filters needs: the raw filters of one panel, their factors, and the transform's scratch. */
export function stagingBytes(
  steps: readonly ConvolutionStep[],
  plan: Pick<Plan, 'tensors' | 'target'>,
): number {
  const width = Math.max(8, plan.target.panelChannels);
  const filters = steps.map((step) => {
    const raw = partElements([step], plan) * 4;
    const panels = isStrassen(step) ? 2 : isHalved(step) || isQuads(step) ? 1 : 0;
    return raw + panels * panelBytes(step, plan.target);
  });
  return Math.max(0, ...filters) + width * 8 + TRANSFORM_BYTES + 64;
}

/** Elements of the largest panel of raw filters. */
export function partElements(
  steps: readonly ConvolutionStep[],
  { tensors, target }: Pick<Plan, 'tensors' | 'target'>,
): number {
  const width = Math.max(8, target.panelChannels);
  return Math.max(
    0,
    ...steps.map((step) => width * (tensors[step.inputs[0]!]!.view.channels / step.groups) * tapCount(step)),
  );
}

/** What makes two steps' packed filters the same, whatever the batch size and the threads. */
export function filterKey(step: ConvolutionStep): string {
  const { algorithm, filters } = step;
  const product = isStrassen(step)
    ? 'strassen'
    : isHalved(step)
      ? 'bfloat16'
      : isQuads(step)
        ? 'quads'
        : 'product';
  const shape = 'bands' in algorithm ? (algorithm.kind === 'rows' ? 'rows' : product) : algorithm.kind;
  return JSON.stringify([
    shape,
    filters.node,
    filters.weight,
    filters.bias,
    filters.norm?.node,
    step.window.kernel,
    filters.phases,
    filters.taps,
    filters.order,
    filters.rightOperand,
    filters.changes,
    'passes' in algorithm && algorithm.passes,
    step.prepares?.filters,
  ]);
}

function isPerChannel({ algorithm }: ConvolutionStep): boolean {
  return algorithm.kind === 'depthwise' || algorithm.kind === 'layer-norm';
}

function isStrassen({ algorithm }: ConvolutionStep): boolean {
  return 'strassen' in algorithm && algorithm.strassen;
}

function isHalved({ algorithm }: ConvolutionStep): boolean {
  return 'halved' in algorithm && algorithm.halved;
}

function isQuads({ algorithm }: ConvolutionStep): boolean {
  return 'quads' in algorithm && algorithm.quads;
}

/** Bytes of one packed panel of a product, in single precision. */
function panelBytes({ algorithm }: ConvolutionStep, { panelChannels }: Target): number {
  return 'bands' in algorithm ? algorithm.depthBlocks * 8 * panelChannels * 4 : 0;
}

/**
 * Packs one convolution's filters, panel by panel, calling `pause` now and then. What lies in a file is read into `parts`, of
 * `partElements`: fresh memory for every panel would lie about until it is collected.
 */
export async function packFilters(
  step: ConvolutionStep,
  plan: Pick<Plan, 'tensors' | 'target'>,
  store: WeightStore | StoredWeights,
  heap: Heap,
  kernels: Kernels,
  staging: number,
  parts: Float32Array,
  pause: () => Promise<void>,
): Promise<PackedFilters> {
  const shape = {
    input: plan.tensors[step.inputs[0]!]!.view,
    output: plan.tensors[step.output]!.view,
    window: step.window,
    groups: step.groups,
    taps: tapCount(step),
  };
  const folded = await foldNorm(step.filters, store, shape.output.channels);
  const values = await filterValues(step, store, shape);
  const { prepares } = step;
  const preparation = prepares && (await foldNorm(prepares.filters, store, shape.input.channels));
  const packer = new Packer(
    step,
    shape,
    plan.target,
    values,
    folded,
    heap,
    kernels,
    staging,
    preparation ? placePreparation(preparation, heap) : 0,
  );
  try {
    await packer.pack(parts, pause);
  } catch (error) {
    // Half-packed filters are of no use to anybody.
    heap.free(packer.packed.weights);
    heap.free(packer.packed.bias);
    if (packer.packed.preparation) heap.free(packer.packed.preparation);
    throw error;
  }
  return packer.packed;
}

/** [block][factors of 8 channels, offsets of 8 channels]; zeros behind the last channel. */
function placePreparation({ scale, bias }: FoldedNorm, heap: Heap): number {
  const bytes = preparationBytes(scale.length);
  const address = heap.allocate(bytes);
  const values = heap.floats(address, bytes / 4);
  values.fill(0);
  for (let channel = 0; channel < scale.length; channel++) {
    const at = (channel >> 3) * 16 + (channel & 7);
    values[at] = scale[channel]!;
    values[at + 8] = bias[channel]!;
  }
  return address;
}

class Packer {
  readonly packed: PackedFilters;
  private readonly step: ConvolutionStep;
  private readonly shape: ConvolutionShape;
  private readonly target: Target;
  private readonly heap: Heap;
  private readonly kernels: Kernels;
  private readonly weight: Values;
  private readonly scale: Float32Array;
  /** Addresses in the staging area. */
  private readonly scales: number;
  private readonly firsts: number;
  private readonly scratch: number;
  private readonly raw: number;
  private readonly pair: number;

  constructor(
    step: ConvolutionStep,
    shape: ConvolutionShape,
    target: Target,
    weight: Values,
    { scale, bias }: FoldedNorm,
    heap: Heap,
    kernels: Kernels,
    staging: number,
    preparation: number,
  ) {
    this.step = step;
    this.target = target;
    this.shape = shape;
    this.heap = heap;
    this.kernels = kernels;
    const outputs = shape.output.channels;
    this.scale = scale;
    this.weight = weight;
    const width = Math.max(8, target.panelChannels);
    this.scratch = staging;
    this.scales = staging + Math.ceil(TRANSFORM_BYTES / 16) * 16;
    this.firsts = this.scales + width * 4;
    this.raw = this.firsts + width * 4;
    this.pair = this.raw + (width * this.weight.length * 4) / outputs;
    const biasCount = Math.ceil(outputs / width) * width;
    const biasBytes = biasCount * 4;
    const weightBytes =
      step.weightBytes -
      Math.ceil(outputs / this.target.panelChannels) * this.target.panelChannels * 4 -
      (preparation ? preparationBytes(shape.input.channels) : 0);
    const weights = heap.allocate(weightBytes);
    const biasAt = heap.allocate(biasBytes);
    const biases = heap.floats(biasAt, biasCount);
    biases.fill(0);
    if (step.filters.taps?.biased !== false) biases.set(bias);
    this.packed = { weights, bias: biasAt, preparation, bytes: weightBytes + biasBytes };
  }

  async pack(parts: Float32Array, pause: () => Promise<void>): Promise<void> {
    const outputs = this.shape.output.channels;
    const width = isPerChannel(this.step) ? 8 : this.target.panelChannels;
    const perOutput = this.weight.length / outputs;
    for (const panel of this.order(Math.ceil(outputs / width))) {
      const first = panel * width;
      const count = Math.min(width, outputs - first);
      const wanted = count * perOutput;
      const raw = await this.weight.part(first * perOutput, wanted, parts.subarray(0, wanted));
      this.heap.floats(this.raw, wanted).set(raw);
      this.heap.floats(this.scales, count).set(this.scale.subarray(first, first + count));
      this.packPanel(panel, first, count);
      await pause();
    }
  }

  /** Panels in the order of packing; for Strassen's algorithm those of a pair one after the other. */
  private *order(panels: number): Generator<number> {
    const apart = isStrassen(this.step) ? panels / 2 : 0;
    for (let panel = 0; panel < panels - apart; panel++) {
      yield panel;
      if (apart > 0) yield panel + apart;
    }
  }

  private packPanel(panel: number, first: number, count: number): void {
    const { algorithm, window } = this.step;
    const { input } = this.shape;
    const { taps } = this.shape;
    const [kernelY, kernelX] = window.kernel;
    const { weights } = this.packed;
    if (algorithm.kind === 'depthwise' || algorithm.kind === 'layer-norm') {
      this.kernels.packDepthwise(weights + panel * taps * PIXEL_BYTES, this.raw, this.scales, count, taps);
      return;
    }
    if (algorithm.kind === 'winograd') {
      const place = winogradFilters(this.shape, algorithm, this.target, panel);
      this.kernels.packWinograd(
        weights + place.offset,
        place.frequencyStride,
        this.raw,
        this.scales,
        this.scratch,
        count,
        input.channels,
        kernelY,
      );
      return;
    }
    if (algorithm.kind === 'line') {
      const place = winogradFilters(this.shape, algorithm, this.target, panel);
      const matrix = lineFilters(taps);
      this.heap.floats(this.scratch, matrix.length).set(matrix);
      this.kernels.packLine(
        weights + place.offset,
        place.frequencyStride,
        this.raw,
        this.scales,
        this.scratch,
        LINE_POINTS,
        this.scratch + matrix.length * 4,
        count,
        input.channels,
        taps,
      );
      return;
    }
    const bytes = panelBytes(this.step, this.target);
    const pairs = algorithm.panels / 2;
    const isSecond = panel >= pairs;
    const to = algorithm.strassen
      ? this.pair + (isSecond ? bytes : 0)
      : algorithm.halved || algorithm.quads
        ? this.pair
        : weights + panel * bytes;
    if (algorithm.kind === 'rows') {
      this.kernels.packInterleaved(to, this.raw, this.scales, count, input.channels, kernelY, kernelX);
      return;
    }
    const inBand = algorithm.strassen ? panel % pairs : panel;
    const band = algorithm.bands.find(
      ({ firstPanel, panels }) => inBand >= firstPanel && inBand < firstPanel + panels,
    )!;
    const perGroup = input.channels / this.step.groups;
    const filters = this.shape.output.channels / this.step.groups;
    const firsts = this.heap.words(this.firsts, count);
    for (let o = 0; o < count; o++) {
      firsts[o] = Math.floor((first + o) / filters) * perGroup - band.firstBlock * 8;
    }
    this.kernels.packPanel(
      to,
      this.raw,
      this.scales,
      this.firsts,
      count,
      perGroup,
      taps,
      algorithm.bandChannels,
    );
    if (algorithm.quads) this.kernels.packQuads(weights + (panel * bytes) / 2, this.pair, bytes);
    if (algorithm.halved) this.kernels.packHalves(weights + (panel * bytes) / 2, this.pair, bytes);
    if (algorithm.strassen && isSecond) {
      this.kernels.packStrassen(weights + (panel - pairs) * (bytes / 2) * 7, this.pair, bytes / 2);
    }
  }
}

/** Filters that are had a part at a time: those in a file need not all be in memory at once. */
interface Values {
  readonly length: number;
  part(first: number, count: number, into?: Float32Array): Float32Array | Promise<Float32Array>;
}

function valuesOf(data: Float32Array): Values {
  return { length: data.length, part: (first, count) => data.subarray(first, first + count) };
}

/** The raw filters as [out][in per group][height][width]. */
async function filterValues(
  step: ConvolutionStep,
  store: WeightStore | StoredWeights,
  shape: ConvolutionShape,
): Promise<Values> {
  const { node, weight, transposed, phases, taps, rightOperand, order } = step.filters;
  const outputs = shape.output.channels;
  if (weight === undefined) return valuesOf(new Float32Array(outputs).fill(1));
  const wanted = outputs * (shape.input.channels / shape.groups) * shape.taps;
  const found = store[node]?.[weight];
  const isAsStored = !transposed && !phases && !taps && !rightOperand;
  if (isAsStored && found && 'load' in found && found.part && elementCount(found.dims) === wanted) {
    const values = { length: wanted, part: found.part };
    return order ? inOrder(values, order, shape.taps) : values;
  }
  const { data } = await readWeight(store, node, weight);
  if (order) return inOrder(valuesOf(taps ? onlyTaps(data, taps) : data), order, shape.taps);
  if (transposed) return valuesOf(mirrored(data, shape));
  if (rightOperand) return columnsOf(data, outputs);
  if (phases) return valuesOf(dealtOut(data, shape, phases));
  if (taps) return valuesOf(onlyTaps(data, taps));
  // One value for all channels, where a layer has but one.
  return valuesOf(data.length === 1 && wanted > 1 ? new Float32Array(wanted).fill(data[0]!) : data);
}

/** [out][in][taps], with input channel `order[i]` at place i. */
function inOrder(values: Values, order: readonly number[], taps: number): Values {
  const row = order.length * taps;
  return {
    length: values.length,
    async part(first, count) {
      const from = await values.part(first, count);
      const result = new Float32Array(count);
      for (let at = 0; at < count; at += row) {
        for (const [place, channel] of order.entries())
          result.set(from.subarray(at + channel * taps, at + (channel + 1) * taps), at + place * taps);
      }
      return result;
    },
  };
}

/** The columns of a matrix, as many at a time as are asked for. */
function columnsOf(data: Float32Array, columns: number): Values {
  const rows = data.length / columns;
  return {
    length: data.length,
    part(first, count) {
      const result = new Float32Array(count);
      for (let column = 0; column < count / rows; column++) {
        for (let row = 0, from = first / rows + column; row < rows; row++, from += columns)
          result[column * rows + row] = data[from]!;
      }
      return result;
    },
  };
}

/** [in][out per group][taps] → [out][in per group][taps backwards] */
function mirrored(data: Float32Array, { input, output, window, groups }: ConvolutionShape): Float32Array {
  const taps = window.kernel[0] * window.kernel[1];
  const ins = input.channels / groups;
  const outs = output.channels / groups;
  const result = new Float32Array(data.length);
  for (let o = 0; o < output.channels; o++) {
    const group = Math.floor(o / outs);
    for (let i = 0; i < ins; i++) {
      const from = ((group * ins + i) * outs + (o % outs)) * taps;
      const to = (o * ins + i) * taps;
      for (let tap = 0; tap < taps; tap++) result[to + tap] = data[from + taps - 1 - tap]!;
    }
  }
  return result;
}

/** [out][in][kernel][kernel] → [out][phase of in][side][side], see `PhasesOp`; zero where a phase's filter ends sooner. */
function dealtOut(
  data: Float32Array,
  { input, output, window }: ConvolutionShape,
  { stride, kernel }: NonNullable<FilterSource['phases']>,
): Float32Array {
  const [side] = window.kernel;
  const result = new Float32Array(output.channels * input.channels * side * side);
  const planes = data.length / (kernel * kernel);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < kernel; y++) {
      for (let x = 0; x < kernel; x++) {
        const phase = (plane * stride + (y % stride)) * stride + (x % stride);
        const to = (phase * side + Math.floor(y / stride)) * side + Math.floor(x / stride);
        result[to] = data[(plane * kernel + y) * kernel + x]!;
      }
    }
  }
  return result;
}

/** [out][in][of] → [out][in][places] */
function onlyTaps(data: Float32Array, { of, places }: Taps): Float32Array {
  const planes = data.length / of;
  const result = new Float32Array(planes * places.length);
  for (let plane = 0; plane < planes; plane++) {
    for (const [i, place] of places.entries()) result[plane * places.length + i] = data[plane * of + place]!;
  }
  return result;
}

interface FoldedNorm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** A factor and an offset per output channel: those of the norm, and what is done to the channel thereafter. */
async function foldNorm(
  filters: FilterSource,
  store: WeightStore | StoredWeights,
  outputs: number,
): Promise<FoldedNorm> {
  const { scale, bias } = await normOf(filters, store, outputs);
  for (const { by, node, weight } of filters.changes ?? []) {
    const { data } = await readWeight(store, node, weight);
    for (let o = 0; o < outputs; o++) {
      const value = data[data.length === 1 ? 0 : o]!;
      bias[o] = by === 'add' ? bias[o]! + value : bias[o]! * value;
      if (by === 'multiply') scale[o]! *= value;
    }
  }
  return { scale, bias };
}

/** Batch norm as a factor and an offset per output channel: γ/√(σ² + ε), and β + (b − μ) times that. */
async function normOf(
  { node, bias, norm }: FilterSource,
  store: WeightStore | StoredWeights,
  outputs: number,
): Promise<FoldedNorm> {
  const scale = new Float32Array(outputs).fill(1);
  const offset = new Float32Array(outputs);
  if (bias !== undefined) offset.set((await readWeight(store, node, bias)).data);
  if (!norm) return { scale, bias: offset };
  const mean = (await readWeight(store, norm.node, norm.mean)).data;
  const variance = (await readWeight(store, norm.node, norm.variance)).data;
  const gamma = norm.scale === undefined ? undefined : (await readWeight(store, norm.node, norm.scale)).data;
  const beta = norm.shift === undefined ? undefined : (await readWeight(store, norm.node, norm.shift)).data;
  for (let o = 0; o < outputs; o++) {
    const factor = (gamma?.[o] ?? 1) / Math.sqrt(variance[o]! + norm.epsilon);
    scale[o] = factor;
    offset[o] = (beta?.[o] ?? 0) + (offset[o]! - mean[o]!) * factor;
  }
  return { scale, bias: offset };
}

/** A weight from wherever it lies. */
export async function readWeight(
  store: WeightStore | StoredWeights,
  node: string,
  name: string,
): Promise<FloatTensor> {
  const found: FloatTensor | StoredWeight | undefined = store[node]?.[name];
  if (!found) throw new RangeError(`The weights of "${node}" lack "${name}".`);
  return 'load' in found ? found.load() : found;
}

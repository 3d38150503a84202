import { elementCount } from '../../base/dims.ts';
import { unreachable } from '../../base/unreachable.ts';
import type { ActivationKind, Finish } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import type { Product } from '../plan/product.ts';
import type { Algorithm, ConvolutionStep, Step } from '../plan/steps.ts';
import { roundUp, type Target } from '../plan/target.ts';
import { blocksOf, LANES, PIXEL_BYTES, type PlanTensor } from '../plan/tensors.ts';
import { frequenciesOf } from '../plan/winograd.ts';

/**
 * Steps whose time follows one law, with what that is made of. Every law has a constant besides: what a step costs that
 * does nothing. Amounts are of the busiest thread.
 */
export const laws = {
  /** A product that reads its pixels in place. */
  product: ['macs', 'strassenMacs', 'tiles', 'filterBytes', 'farFilters', 'mapBytes', 'farMaps', 'curves'],
  /** One that copies the windows together first. */
  gather: ['macs', 'tiles', 'gathered', 'filterBytes', 'farFilters', 'mapBytes', 'farMaps', 'curves'],
  /** One of interleaved pixels: a first layer. */
  rows: ['macs', 'tiles', 'gathered', 'mapBytes', 'curves'],
  /** One pixel, all of whose filters pass by once. */
  vector: ['filterBytes', 'farFilters', 'curves'],
  winograd: [
    'macs',
    'inputTiles',
    /** Outputs are put together by another sum for each side of a tile. */
    'tiles2',
    'tiles3',
    'tiles4',
    'tiles5',
    'filterReads',
    'farFilters',
    'mapBytes',
    'farMaps',
    'curves',
  ],
  depthwise: ['taps3', 'taps5', 'taps7', 'otherTaps', 'rows', 'mapBytes', 'farMaps', 'curves'],
  'layer-norm': ['values', 'mapBytes', 'farMaps'],
  pool: ['taps', 'pixels', 'rows', 'mapBytes', 'farMaps'],
  'global-pool': ['values', 'farMaps'],
  /** `scaled`: by one value of each channel. */
  pointwise: ['values', 'scaled', 'rows', 'farMaps', 'curves'],
  'response-norm': ['values'],
  softmax: ['values'],
  'in-and-out': ['imported', 'phased', 'exported'],
  copy: ['values', 'pieces', 'rows', 'farMaps'],
  move: ['values', 'rows', 'farMaps'],
  dense: ['values', 'farMaps'],
  runs: ['values'],
  'matrix-product': ['macs', 'values'],
  resize: ['taps', 'values'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Law = keyof typeof laws;

export const lawNames = Object.keys(laws) as readonly Law[];

/** What a step does, as the amounts of its law, in their order. */
export interface Work {
  readonly law: Law;
  readonly amounts: readonly number[];
}

/** The share of the work that the busiest thread does, of so many equal units. */
function busiest(units: number, threads: number): number {
  return units <= 0 ? 1 : Math.ceil(units / threads) / units;
}

/** What activations cost beside a comparison: those of a few operations, and those with an exponential. */
const cheap: ReadonlySet<ActivationKind> = new Set<ActivationKind>([
  'leaky-relu',
  'hard-swish',
  'hard-sigmoid',
  'threshold',
  'absolute',
  'negate',
  'square-root',
  'floor',
  'ceiling',
  'round',
  'truncate',
  'sign',
  'reciprocal',
  'not',
  'truth',
  'scale',
  'softsign',
]);
function curve({ activation }: Finish): number {
  return activation === undefined ? 0 : cheap.has(activation) ? 0.25 : 1;
}

const bytesOf = (tensor: PlanTensor): number => elementCount(tensor.dims) * 4;
/** In whole blocks of channels, as they are worked on. */
const valuesOf = ({ view, layout }: PlanTensor): number =>
  view.batch *
  view.height *
  view.width *
  (layout === 'blocked' ? blocksOf(view.channels) * LANES : view.channels);

/** What a step finds in the caches. */
export interface Surroundings {
  readonly target: Target;
  /** Bytes that a whole run passes over: so long is it since the filters were read. */
  readonly runBytes: number;
  /** Bytes that were passed over since each input was written or read. */
  readonly since: readonly number[];
}

/**
 * How far away what was read or written so many bytes ago has gone: 0 for a core's own cache, 1 for memory. Sizes of caches
 * differ, and each is shared with what else runs, so that it is a slope.
 */
function distance(bytes: number): number {
  return Math.min(1, Math.max(0, Math.log2(bytes / NEAR) / Math.log2(FAR / NEAR)));
}
const NEAR = 2 ** 18;
const FAR = 2 ** 27;

/** Amounts by name; those that are left out are 0. */
function work<L extends Law>(
  law: L,
  amounts: Readonly<Partial<Record<(typeof laws)[L][number], number>>>,
): Work {
  const named: Readonly<Record<string, number | undefined>> = amounts;
  return { law, amounts: laws[law].map((name) => named[name] ?? 0) };
}

export function workOf(step: Step, tensor: (id: number) => PlanTensor, surroundings: Surroundings): Work {
  const {
    target: { threads },
    since,
  } = surroundings;
  const output = tensor(step.output);
  const inputs = step.inputs.map(tensor);
  const values = valuesOf(output) / threads;
  const { batch, channels, height } = output.view;
  const rows = (batch * height * blocksOf(channels)) / threads;
  const maps = {
    mapBytes: [...inputs, output].reduce((sum, each) => sum + bytesOf(each), 0) / threads,
    farMaps: inputs.reduce((sum, each, i) => sum + bytesOf(each) * distance(since[i] ?? 0), 0) / threads,
  };
  switch (step.kind) {
    case 'convolution':
      return convolutionWork(step, inputs[0]!, output, surroundings, maps);
    case 'pool':
      return work('pool', {
        ...maps,
        taps: values * step.window.kernel[0] * step.window.kernel[1],
        pixels: values / LANES,
        rows,
      });
    case 'global-pool':
      return work('global-pool', {
        ...maps,
        values: valuesOf(inputs[0]!) / threads,
      });
    case 'activation':
      return work('pointwise', { ...maps, values, rows, curves: values * curve(step.finish) });
    case 'binary': {
      const other = inputs[1]!.view;
      const isScaled = other.height * other.width === 1 && output.view.height * output.view.width > 1;
      return work('pointwise', {
        ...maps,
        [isScaled ? 'scaled' : 'values']: values,
        rows,
        curves: values * curve(step.finish),
      });
    }
    case 'response-norm':
      return work('response-norm', { values });
    case 'softmax':
      return work('softmax', { values: valuesOf(output) * busiest(batch * height, threads) });
    case 'import':
      return work('in-and-out', { imported: values });
    case 'phases':
      return work('in-and-out', { phased: values });
    case 'export':
      return work('in-and-out', { exported: valuesOf(inputs[0]!) / threads });
    case 'copy': {
      // Nothing else is touched of what a slice is put into.
      const copied = step.mode === 'slice' ? Math.min(values, valuesOf(inputs[0]!) / threads) : values;
      return work('copy', { ...maps, values: copied, rows, pieces: step.channel % LANES === 0 ? 0 : copied });
    }
    case 'move':
      return work('move', { ...maps, values, rows });
    case 'rearrange':
    case 'fill':
      return work('dense', { ...maps, values });
    case 'runs':
      return work('runs', { values: valuesOf(inputs[0]!) / threads });
    case 'attention':
    case 'matrix-product':
      return work('matrix-product', { macs: step.macs / threads, values });
    case 'resize':
      return work('resize', { taps: values * step.taps ** 2, values });
    default:
      return unreachable(step);
  }
}

interface Maps {
  readonly mapBytes: number;
  readonly farMaps: number;
}

/** Kernels whose loads of a row the engine shares among outputs; others take each by itself. */
const sliding: Readonly<Record<number, 'taps3' | 'taps5' | 'taps7'>> = { 3: 'taps3', 5: 'taps5', 7: 'taps7' };

function convolutionWork(
  step: ConvolutionStep,
  input: PlanTensor,
  output: PlanTensor,
  surroundings: Surroundings,
  maps: Maps,
): Work {
  const { algorithm } = step;
  const { threads } = surroundings.target;
  const values = valuesOf(output) / threads;
  const curves = values * curve(step.finish);
  switch (algorithm.kind) {
    case 'depthwise': {
      const [kernel, across] = step.window.kernel;
      const slides = kernel === across && step.window.dilation[0] === 1 ? sliding[kernel] : undefined;
      const { batch, channels, height } = output.view;
      return work('depthwise', {
        ...maps,
        [slides ?? 'otherTaps']: values * kernel * across,
        rows: (batch * height * blocksOf(channels)) / threads,
        curves,
      });
    }
    case 'layer-norm':
      return work('layer-norm', { ...maps, values });
    case 'winograd':
      return winogradWork(step, algorithm, surroundings, { ...maps, curves, input, output });
    case 'line':
      return winogradWork(step, { ...algorithm, shared: false }, surroundings, {
        ...maps,
        curves,
        input,
        output,
      });
    default:
      return productWork(step, algorithm, surroundings, { ...maps, curves });
  }
}

/** Filters that are read, and how much of them is found in which cache. */
function filters(bytes: number, { runBytes }: Surroundings) {
  return { filterBytes: bytes, farFilters: bytes * distance(runBytes) };
}

function productWork(
  step: ConvolutionStep,
  { kind, pixels, pixelBlock, pixelBlocks, panels, depthBlocks, bands, strassen, quads }: Product,
  surroundings: Surroundings,
  rest: Maps & { readonly curves: number },
): Work {
  const { target } = surroundings;
  const shared = kind === 'gather-shared';
  const share = busiest(shared ? bands.length : pixelBlocks * bands.length, target.threads);
  const read = filters(step.weightBytes * share, surroundings);
  if (pixels === 1 && kind !== 'rows') return work('vector', { ...rest, ...read });
  const padded = shared
    ? roundUp(pixels, target)
    : pixelBlocks * roundUp(Math.min(pixelBlock, pixels), target);
  const tiles = (padded / target.tilePixels) * panels * share;
  const macs = padded * panels * target.panelChannels * depthBlocks * LANES * share;
  const gathered = pixels * depthBlocks * PIXEL_BYTES * (shared ? 1 / target.threads : bands.length * share);
  switch (kind) {
    case 'pixels':
      if (step.prepares)
        return work('gather', { ...rest, ...read, macs: strassen ? (macs * 7) / 8 : macs, tiles, gathered });
      return work('product', { ...rest, ...read, [strassen ? 'strassenMacs' : 'macs']: macs, tiles });
    case 'windows':
      return work('gather', { ...rest, ...read, macs: quads ? macs / 2 : macs, tiles });
    case 'gather':
    case 'gather-shared':
      return work('gather', { ...rest, ...read, macs: strassen ? (macs * 7) / 8 : macs, tiles, gathered });
    case 'rows':
      return work('rows', { ...rest, macs, tiles, gathered });
  }
}

/** Winograd's algorithm in two directions or along one. */
type Tiled =
  | Extract<Algorithm, { readonly kind: 'winograd' }>
  | (Extract<Algorithm, { readonly kind: 'line' }> & { readonly shared: false });

function winogradWork(
  step: ConvolutionStep,
  algorithm: Tiled,
  surroundings: Surroundings,
  {
    input,
    output,
    ...rest
  }: Maps & { readonly curves: number; readonly input: PlanTensor; readonly output: PlanTensor },
): Work {
  const { target } = surroundings;
  const { tilesAcross, tilesDown, tileBlocks, passes, panels, shared } = algorithm;
  // Tiles of a line are transformed as square ones of the usual side are, but for their number of values.
  const [part, side] =
    algorithm.kind === 'line' ? [frequenciesOf(algorithm) / 36, 4 as const] : [1, algorithm.side];
  const tiles = tilesAcross * tilesDown * output.view.batch;
  const inBlocks = blocksOf(input.view.channels);
  const share = busiest(shared ? passes.length : tileBlocks.length, target.threads);
  const padded = tileBlocks.reduce((sum, block) => sum + roundUp(block, target), 0);
  return work('winograd', {
    ...rest,
    ...filters(step.weightBytes * (shared ? share : 1), surroundings),
    macs: frequenciesOf(algorithm) * padded * inBlocks * LANES * panels * target.panelChannels * share,
    inputTiles: part * tiles * inBlocks * (shared ? 1 / target.threads : share),
    [`tiles${side}` as const]: part * tiles * blocksOf(output.view.channels) * share,
    // Every block of tiles reads all filters.
    filterReads: step.weightBytes * tileBlocks.length * share,
  });
}

/** What every step of a plan does. */
export function planWork(plan: Plan): readonly Work[] {
  const tensor = (id: number): PlanTensor => plan.tensors[id]!;
  return worksOf(plan.steps, tensor, plan.target);
}

function bytesTouched(step: Step, tensor: (id: number) => PlanTensor): number {
  const maps = [...step.inputs, step.output].reduce((sum, id) => sum + bytesOf(tensor(id)), 0);
  return maps + (step.kind === 'convolution' ? step.weightBytes : 0);
}

/** Bytes that steps pass over, one after another. */
export function runBytesOf(steps: readonly Step[], tensor: (id: number) => PlanTensor): number {
  return steps.reduce((sum, step) => sum + bytesTouched(step, tensor), 0);
}

export function worksOf(
  steps: readonly Step[],
  tensor: (id: number) => PlanTensor,
  target: Target,
  /** Of the whole run, where these are only some of its steps. */
  runBytes = runBytesOf(steps, tensor),
): readonly Work[] {
  const last = new Map<number, number>();
  let passed = 0;
  return steps.map((step) => {
    passed += bytesTouched(step, tensor);
    const since = step.inputs.map((id) => {
      const at = last.get(tensor(id).storage);
      return at === undefined ? runBytes : Math.max(0, passed - at);
    });
    for (const id of [...step.inputs, step.output]) last.set(tensor(id).storage, passed);
    return workOf(step, tensor, { target, runBytes, since });
  });
}

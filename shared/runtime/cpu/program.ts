import { elementCount } from '../../base/dims.ts';
import { unreachable } from '../../base/unreachable.ts';
import {
  type ActivationKind,
  type AxisSampling,
  type BinaryKind,
  type Finish,
  type MapView,
  type RunsKind,
  type TokenPlaces,
  tapCount,
  type Window,
} from '../plan/graph.ts';
import { LINE_POINTS, lineTable } from '../plan/line-transform.ts';
import { countOf, indicesOf, type MoveAxis } from '../plan/move.ts';
import type { Plan } from '../plan/plan.ts';
import { rowUnitsOf, VALUES_PER_UNIT } from '../plan/row-units.ts';
import type { ConvolutionStep, Step } from '../plan/steps.ts';
import type { ConvolutionShape } from '../plan/target.ts';
import { blocksOf, isContiguous, PIXEL_BYTES, type PlanTensor, stridesOf } from '../plan/tensors.ts';
import { TILE_SCRATCH, winogradInputStride, winogradProductStride } from '../plan/winograd.ts';
import * as at from './assembly/layout.ts';

/** Absolute addresses that a program is encoded for. */
export interface Placement {
  readonly program: number;
  readonly arena: number;
  /** Packed filters and bias of a convolution step, by the step's index. */
  readonly filters: (step: number) => {
    readonly weights: number;
    readonly bias: number;
    /** Factors and offsets of what is read, where the step changes it. */
    readonly preparation: number;
  };
}

const activationCodes = {
  'leaky-relu': at.ACT_LEAKY,
  sigmoid: at.ACT_SIGMOID,
  tanh: at.ACT_TANH,
  gelu: at.ACT_GELU,
  'gelu-tanh': at.ACT_GELU_TANH,
  silu: at.ACT_SILU,
  'hard-swish': at.ACT_HARD_SWISH,
  'hard-sigmoid': at.ACT_HARD_SIGMOID,
  elu: at.ACT_ELU,
  celu: at.ACT_CELU,
  selu: at.ACT_SELU,
  mish: at.ACT_MISH,
  softplus: at.ACT_SOFTPLUS,
  softsign: at.ACT_SOFTSIGN,
  threshold: at.ACT_THRESHOLD,
  absolute: at.ACT_ABSOLUTE,
  negate: at.ACT_NEGATE,
  exponential: at.ACT_EXPONENTIAL,
  'square-root': at.ACT_SQUARE_ROOT,
  'error-function': at.ACT_ERROR_FUNCTION,
  logarithm: at.ACT_LOGARITHM,
  floor: at.ACT_FLOOR,
  ceiling: at.ACT_CEILING,
  round: at.ACT_ROUND,
  truncate: at.ACT_TRUNCATE,
  sign: at.ACT_SIGN,
  reciprocal: at.ACT_RECIPROCAL,
  not: at.ACT_NOT,
  truth: at.ACT_TRUTH,
  scale: at.ACT_SCALE,
} as const satisfies Record<ActivationKind, number>;

const binaryCodes = {
  add: at.BINARY_ADD,
  multiply: at.BINARY_MULTIPLY,
  subtract: at.BINARY_SUBTRACT,
  divide: at.BINARY_DIVIDE,
  maximum: at.BINARY_MAXIMUM,
  minimum: at.BINARY_MINIMUM,
  power: at.BINARY_POWER,
  keep: at.BINARY_KEEP,
  drop: at.BINARY_DROP,
  equal: at.BINARY_EQUAL,
  greater: at.BINARY_GREATER,
  'at-least': at.BINARY_AT_LEAST,
  and: at.BINARY_AND,
  or: at.BINARY_OR,
  'exclusive-or': at.BINARY_EXCLUSIVE_OR,
} as const satisfies Record<BinaryKind, number>;

const runsCodes = {
  sum: at.RUNS_SUM,
  mean: at.RUNS_MEAN,
  maximum: at.RUNS_MAXIMUM,
  minimum: at.RUNS_MINIMUM,
  standardise: at.RUNS_STANDARDISE,
  'unit-sum': at.RUNS_UNIT_SUM,
  'unit-length': at.RUNS_UNIT_LENGTH,
  'unit-square': at.RUNS_UNIT_SQUARE,
} as const satisfies Record<RunsKind, number>;

/** How products that are not shared read their pixels. */
const modes = {
  pixels: at.MODE_DIRECT,
  windows: at.MODE_WINDOWS,
  gather: at.MODE_PRIVATE,
  rows: at.MODE_PRIVATE,
} as const;
/** Planes that a unit of a global pool brings together. */
const PLANES_PER_UNIT = 16;

/** Bytes of a plan's program: the records of its steps and the tables of its convolutions. */
export function programBytes(steps: readonly Step[]): number {
  let bytes = at.PROGRAM_STEPS + steps.length * at.STEP_BYTES;
  for (const step of steps) bytes += tableBytes(step);
  return bytes;
}

function tableBytes(step: Step): number {
  if (step.kind === 'resize') {
    return align16(step.rows.index.length * 8) + align16(step.columns.index.length * 8);
  }
  if (step.kind === 'rearrange') return align16(step.piece.extents.length * 12);
  if (step.kind === 'move') {
    const { images, pixels } = step.moves[0]!;
    const channels = step.moves.reduce((sum, move) => sum + countOf(move.channels), 0);
    return align16(countOf(images) * 8) + align16((channels + 7) * 12) + align16(countOf(pixels) * 8);
  }
  if (step.kind === 'attention') {
    const { query, key, value, result } = step.attention.places;
    const tables = [query, key, value, result].flatMap(({ stacks, tokens }) => [stacks, tokens]);
    const masks = step.attention.masks.reduce((words, { length }) => words + 1 + length, 0);
    return tables.reduce((bytes, { length }) => bytes + align16(length * 4), align16(masks * 4));
  }
  if (step.kind !== 'convolution') return 0;
  const { algorithm } = step;
  switch (algorithm.kind) {
    case 'depthwise':
    case 'layer-norm':
      return 0;
    case 'winograd':
      return spansBytes(algorithm);
    case 'line':
      return spansBytes(algorithm) + align16(lineTable(algorithm.side).length * 4);
    default:
      return align16(algorithm.depthBlocks * 4) + align16(algorithm.bands.length * 12);
  }
}

function spansBytes({ passes, tileBlocks }: Record<'passes' | 'tileBlocks', readonly number[]>): number {
  return align16(passes.length * 8) + align16(tileBlocks.length * 8);
}

function align16(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Encodes a plan as the program that the kernels read, for the given addresses. */
export function encodeProgram(plan: Plan, placement: Placement): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(programBytes(plan.steps));
  new ProgramWriter(plan, placement, bytes).write();
  return bytes;
}

type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;

class ProgramWriter {
  private readonly plan: Plan;
  private readonly placement: Placement;
  private readonly words: Uint32Array;
  private readonly floats: Float32Array;
  private tables: number;
  private record = 0;

  constructor(plan: Plan, placement: Placement, bytes: Uint8Array<ArrayBuffer>) {
    this.plan = plan;
    this.placement = placement;
    this.words = new Uint32Array(bytes.buffer);
    this.floats = new Float32Array(bytes.buffer);
    this.tables = at.PROGRAM_STEPS + plan.steps.length * at.STEP_BYTES;
  }

  write(): void {
    this.words[0] = this.plan.steps.length;
    for (const [index, step] of this.plan.steps.entries()) {
      this.record = at.PROGRAM_STEPS + index * at.STEP_BYTES;
      this.step(step, index);
    }
  }

  private int(offset: number, value: number): void {
    this.words[(this.record + offset) / 4] = value;
  }

  private float(offset: number, value: number): void {
    this.floats[(this.record + offset) / 4] = value;
  }

  private tensor(id: number): PlanTensor {
    return this.plan.tensors[id]!;
  }

  /** Address of a tensor's first pixel, inside its halo. */
  private address(tensor: PlanTensor): number {
    const strides = this.strides(tensor);
    const base = this.placement.arena + this.plan.storages[tensor.storage]!.offset;
    return base + tensor.blockOffset * strides.block + strides.inner;
  }

  /** A slice has the image stride of the tensor that it is a slice of. */
  private strides(tensor: PlanTensor) {
    const own = stridesOf(tensor.layout, tensor.view, tensor.halo);
    if (tensor.layout !== 'blocked') return own;
    const whole = this.plan.storages[tensor.storage]!.bytes / tensor.view.batch;
    const spread = stridesOf(
      tensor.layout,
      { ...tensor.view, channels: this.channelsOfStorage(tensor) },
      tensor.halo,
    );
    return { ...own, block: spread.block, image: whole };
  }

  private channelsOfStorage(tensor: PlanTensor): number {
    let channels = 0;
    for (const other of this.plan.tensors) {
      if (other.storage !== tensor.storage) continue;
      channels = Math.max(channels, other.blockOffset * 8 + other.view.channels);
    }
    return channels;
  }

  private map(offset: number, id: number): void {
    const tensor = this.tensor(id);
    const { view, halo } = tensor;
    const strides = this.strides(tensor);
    this.int(offset + at.M_POINTER, this.address(tensor));
    this.int(offset + at.M_IMAGE, strides.image);
    this.int(offset + at.M_BLOCK, strides.block);
    this.int(offset + at.M_ROW, strides.row);
    this.int(offset + at.M_BLOCKS, blocksOf(view.channels));
    this.int(offset + at.M_CHANNELS, view.channels);
    this.int(offset + at.M_HEIGHT, view.height);
    this.int(offset + at.M_WIDTH, view.width);
    this.int(offset + at.M_TOP, halo.top);
    this.int(offset + at.M_LEFT, halo.left);
    this.int(offset + at.M_BOTTOM, halo.bottom);
    this.int(offset + at.M_RIGHT, halo.right);
  }

  private units(...counts: readonly [number, number?]): void {
    this.int(at.S_PHASES, counts.length);
    for (const [phase, count = 0] of counts.entries()) this.int(at.S_UNITS + phase * 4, count);
  }

  private finish({ low, high, activation, alpha, beta }: Finish): void {
    this.float(at.A_LOW, low);
    this.float(at.A_HIGH, high);
    this.int(at.A_ACTIVATION, activation ? activationCodes[activation] : at.ACT_NONE);
    this.float(at.A_ALPHA, alpha);
    this.float(at.A_BETA, beta);
  }

  private step(step: Step, index: number): void {
    const output = this.tensor(step.output);
    this.int(at.S_BATCH, output.view.batch);
    if (step.inputs[0] !== undefined) this.map(at.S_IN, step.inputs[0]);
    this.map(at.S_OUT, step.output);
    if (step.inputs[1] !== undefined) this.map(at.S_OTHER, step.inputs[1]);
    const { top, left, bottom, right } = output.halo;
    const hasHalo = output.layout === 'blocked' && top + left + bottom + right > 0;
    this.int(at.S_CLEARS, hasHalo ? 1 : 0);
    const { offset, perThread } = this.plan.scratch;
    this.int(at.A_SCRATCH, this.placement.arena + offset);
    this.int(at.A_SCRATCH_STRIDE, perThread);
    this.operation(step, index);
  }

  /** Behind the threads' own scratch. */
  private sharedScratch(): number {
    const { offset, perThread } = this.plan.scratch;
    return this.placement.arena + offset + perThread * this.plan.target.threads;
  }

  private operation(step: Step, index: number): void {
    switch (step.kind) {
      case 'convolution':
        this.convolution(step, index);
        break;
      case 'pool':
        this.writePool(step);
        break;
      case 'global-pool':
        this.writeGlobalPool(step);
        break;
      case 'activation':
        this.writeActivation(step);
        break;
      case 'binary':
        this.writeBinary(step);
        break;
      case 'response-norm':
        this.writeResponseNorm(step);
        break;
      case 'softmax':
        this.writeSoftmax(step);
        break;
      case 'import':
        this.writeImport(step);
        break;
      case 'phases':
        this.writePhases(step);
        break;
      case 'export':
        this.writeExport(step);
        break;
      case 'copy':
        this.writeCopy(step);
        break;
      case 'move':
        this.writeMove(step);
        break;
      case 'rearrange':
        this.writeRearrange(step);
        break;
      case 'fill':
        this.writeFill(step);
        break;
      case 'runs':
        this.writeRuns(step);
        break;
      case 'matrix-product':
        this.writeMatrixProduct(step);
        break;
      case 'attention':
        this.writeAttention(step);
        break;
      case 'resize':
        this.writeResize(step);
        break;
      default:
        unreachable(step);
    }
  }

  private writePool(step: StepOf<'pool'>): void {
    const code = {
      max: at.POOL_MAX,
      'average-inside': at.POOL_AVERAGE_INSIDE,
      'average-padded': at.POOL_AVERAGE_PADDED,
    };
    this.int(at.S_OP, at.OP_POOL);
    this.int(at.P_KIND, code[step.mode]);
    this.window(step.window, this.tensor(step.inputs[0]!));
    this.rowUnits(step, step.window.kernel[0] * step.window.kernel[1]);
  }

  private writeGlobalPool(step: StepOf<'global-pool'>): void {
    const { view } = this.tensor(step.inputs[0]!);
    const planes = view.batch * blocksOf(view.channels);
    const { rows, perBlock } = rowUnitsOf(view, this.plan.target.threads);
    this.int(at.S_OP, at.OP_GLOBAL_POOL);
    this.int(at.P_KIND, step.mode === 'max' ? at.POOL_MAX : at.POOL_AVERAGE_INSIDE);
    this.int(at.P_PARTIALS, this.sharedScratch());
    this.int(at.P_PLANES, PLANES_PER_UNIT);
    this.int(at.R_ROWS_PER_UNIT, rows);
    this.int(at.R_UNITS_PER_BLOCK, perBlock);
    this.units(planes * perBlock, Math.ceil(planes / PLANES_PER_UNIT));
  }

  private writeActivation(step: StepOf<'activation'>): void {
    this.int(at.S_OP, at.OP_ACTIVATION);
    this.finish(step.finish);
    this.rowUnits(step);
  }

  private writeBinary(step: StepOf<'binary'>): void {
    this.int(at.S_OP, at.OP_BINARY);
    this.finish(step.finish);
    this.int(at.B_KIND, binaryCodes[step.combine]);
    const [map, other] = [step.output, step.inputs[1]!].map((id) => this.tensor(id).view) as [
      MapView,
      MapView,
    ];
    const repeats = (axis: keyof MapView): boolean => map[axis] > 1 && other[axis] === 1;
    this.int(at.B_TURNED, step.turned ? 1 : 0);
    this.int(at.B_ONE_IMAGE, repeats('batch') ? 1 : 0);
    this.int(at.B_ONE_CHANNEL, repeats('channels') ? 1 : 0);
    this.int(at.B_ONE_PIXEL, map.height * map.width > 1 && other.height * other.width === 1 ? 1 : 0);
    this.rowUnits(step);
  }

  private writeResponseNorm(step: StepOf<'response-norm'>): void {
    const { batch, height } = this.tensor(step.output).view;
    this.int(at.S_OP, at.OP_LRN);
    this.int(at.L_SIZE, step.norm.size);
    this.int(at.L_BEFORE, Math.floor((step.norm.size - 1) / 2));
    this.float(at.L_ALPHA, step.norm.alpha);
    this.float(at.L_BETA, step.norm.beta);
    this.float(at.L_BIAS, step.norm.bias);
    this.units(batch * height);
  }

  private writeSoftmax(step: StepOf<'softmax'>): void {
    const { batch, height, channels } = this.tensor(step.output).view;
    this.int(at.S_OP, at.OP_SOFTMAX);
    this.int(at.X_AXIS, ['channels', 'rows', 'columns'].indexOf(step.axis));
    this.int(at.X_LOG, step.logarithm ? 1 : 0);
    this.int(at.X_NONE, step.noneIsZero ? 1 : 0);
    this.units(batch * (step.axis === 'channels' ? height : blocksOf(channels)));
  }

  private writeImport(step: StepOf<'import'>): void {
    const output = this.tensor(step.output);
    const interleaved = output.layout === 'interleaved';
    this.int(at.S_OP, at.OP_IMPORT);
    this.int(at.D_POINTER, this.address(this.tensor(step.inputs[0]!)));
    this.int(at.D_INTERLEAVED, interleaved ? 1 : 0);
    this.rowUnits(step, 1, interleaved ? 1 : undefined);
  }

  private writePhases(step: StepOf<'phases'>): void {
    this.int(at.S_OP, at.OP_PHASES);
    this.int(at.D_STRIDE, step.stride);
    this.int(at.D_TOP, step.before[0]);
    this.int(at.D_LEFT, step.before[1]);
    this.rowUnits(step);
  }

  private writeExport(step: StepOf<'export'>): void {
    this.int(at.S_OP, at.OP_EXPORT);
    this.int(at.D_POINTER, this.address(this.tensor(step.output)));
    this.rowUnits({ ...step, output: step.inputs[0]! });
  }

  private writeCopy(step: StepOf<'copy'>): void {
    const input = this.tensor(step.inputs[0]!).view;
    const code = {
      slice: at.COPY_PLAIN,
      constant: at.COPY_CONSTANT,
      reflect: at.COPY_REFLECT,
      edge: at.COPY_EDGE,
    };
    this.int(at.S_OP, at.OP_COPY);
    this.int(at.Y_MODE, code[step.mode]);
    this.int(at.Y_CHANNEL, step.channel);
    this.int(at.Y_TOP, step.top);
    this.int(at.Y_LEFT, step.left);
    this.float(at.Y_VALUE, step.value);
    const touched = blocksOf(step.channel + input.channels) - Math.floor(step.channel / 8);
    this.rowUnits(step, 1, step.mode === 'slice' ? touched : undefined);
  }

  private writeMove({ moves, inputs, output }: StepOf<'move'>): void {
    const [from, to] = [inputs[0]!, output].map((id) => this.placesOf(this.tensor(id))) as [Places, Places];
    const pairs = (axis: MoveAxis): number =>
      this.table([...indicesOf(axis)].flatMap(([read, written]) => [from(read), to(written)]));
    const [first] = inputs.map((id) => this.address(this.tensor(id)));
    const runs = moves.flatMap(({ channels }, i) => {
      const input = this.tensor(inputs[i]!);
      // Addresses of 32 bits come round to what lies below.
      const apart = this.address(input) - first!;
      const places = this.placesOf(input);
      const own = (index: number): number => places(index) + apart;
      return runsOf([...indicesOf(channels)], own, to, this.tensor(output).view);
    });
    const { images, pixels: within } = moves[0]!;
    const pixels = countOf(within);
    const perUnit = Math.max(1, Math.ceil(VALUES_PER_UNIT / (8 * runs.length)));
    this.int(at.S_OP, at.OP_MOVE);
    this.int(at.V_FROM, this.address(this.tensor(inputs[0]!)));
    this.int(at.V_TO, this.address(this.tensor(output)));
    this.int(at.V_IMAGES, pairs(images));
    this.int(at.V_RUNS, this.table(runs.flat()));
    this.int(at.V_RUN_COUNT, runs.length);
    this.int(at.V_PIXELS, pairs(within));
    this.int(at.V_PIXEL_COUNT, pixels);
    this.int(at.V_PIXELS_PER_UNIT, perUnit);
    this.units(countOf(images) * Math.ceil(pixels / perUnit));
  }

  /** Where an element of row-major order lies, in bytes from the first. */
  private placesOf(tensor: PlanTensor): Places {
    const { channels, height, width } = tensor.view;
    const { image, block, row } = this.strides(tensor);
    const area = height * width;
    return (index) => {
      const pixel = index % area;
      const channel = ((index - pixel) / area) % channels;
      const n = Math.floor(index / (area * channels));
      const column = pixel % width;
      const inBlock = ((pixel - column) / width) * row + column * PIXEL_BYTES;
      return n * image + (channel >> 3) * block + (channel & 7) * 4 + inBlock;
    };
  }

  private writeRearrange(step: StepOf<'rearrange'>): void {
    const { extents, from, to, offset, start = 0 } = step.piece;
    const rows = extents.slice(0, -1).reduce((a, b) => a * b, 1);
    const perUnit = Math.max(1, Math.floor(VALUES_PER_UNIT / (extents.at(-1) ?? 1)));
    this.int(at.S_OP, at.OP_REARRANGE);
    this.int(at.G_FROM, this.address(this.tensor(step.inputs[0]!)) + start * 4);
    this.int(at.G_TO, this.address(this.tensor(step.output)) + offset * 4);
    this.int(at.G_RANK, extents.length);
    this.int(
      at.G_AXES,
      this.table(extents.flatMap((extent, axis) => [extent, from[axis]! * 4, to[axis]! * 4])),
    );
    this.int(at.G_ROWS, rows);
    this.int(at.G_ROWS_PER_UNIT, perUnit);
    this.units(Math.ceil(rows / perUnit));
  }

  private writeFill(step: StepOf<'fill'>): void {
    const bytes = elementCount(this.tensor(step.output).dims) * 4;
    this.int(at.S_OP, at.OP_FILL);
    this.int(at.F_TO, this.address(this.tensor(step.output)));
    this.int(at.F_BYTES, bytes);
    this.int(at.F_BYTES_PER_UNIT, 1 << 20);
    this.units(Math.ceil(bytes / (1 << 20)));
  }

  private writeRuns(step: StepOf<'runs'>): void {
    const count = elementCount(this.tensor(step.inputs[0]!).dims) / step.length;
    const perUnit = Math.max(1, Math.floor(VALUES_PER_UNIT / step.length));
    this.int(at.S_OP, at.OP_RUNS);
    this.int(at.U_FROM, this.address(this.tensor(step.inputs[0]!)));
    this.int(at.U_TO, this.address(this.tensor(step.output)));
    this.int(at.U_RUNS, count);
    this.int(at.U_LENGTH, step.length);
    this.int(at.U_KIND, runsCodes[step.of]);
    this.float(at.U_EPSILON, step.epsilon);
    this.int(at.U_RUNS_PER_UNIT, perUnit);
    this.units(Math.ceil(count / perUnit));
  }

  private writeMatrixProduct(step: StepOf<'matrix-product'>): void {
    const rows = elementCount(this.tensor(step.output).dims) / step.n;
    const perUnit = Math.max(1, Math.floor((VALUES_PER_UNIT * 16) / (step.n * step.k)));
    this.int(at.S_OP, at.OP_MATRIX_PRODUCT);
    this.int(at.Q_LEFT, this.address(this.tensor(step.inputs[0]!)));
    this.int(at.Q_RIGHT, this.address(this.tensor(step.inputs[1]!)));
    this.int(at.Q_TO, this.address(this.tensor(step.output)));
    this.int(at.Q_M, step.m);
    this.int(at.Q_K, step.k);
    this.int(at.Q_N, step.n);
    this.int(at.Q_ROWS, rows);
    this.int(at.Q_ROWS_PER_UNIT, perUnit);
    this.units(Math.ceil(rows / perUnit));
  }

  private writeAttention({ inputs, output, attention, cut }: StepOf<'attention'>): void {
    const { heads, keyHeads, queries, keys, features, valueFeatures, factor, places } = attention;
    const [y, q, k, v, ...masks] = [output, ...inputs].map((id) => this.tensor(id)) as [
      PlanTensor,
      PlanTensor,
      PlanTensor,
      PlanTensor,
      ...PlanTensor[],
    ];
    const tables = (tensor: PlanTensor, { stacks, tokens, headChannels }: TokenPlaces) => {
      const placeOf = this.placesOf(tensor);
      return {
        stacks: this.table(stacks.map(placeOf)),
        tokens: this.table(tokens.map(placeOf)),
        head: (headChannels / 8) * this.strides(tensor).block,
      };
    };
    const query = tables(q, places.query);
    const key = tables(k, places.key);
    const value = tables(v, places.value);
    const result = tables(y, places.result);
    this.int(at.S_OP, at.OP_ATTENTION);
    this.int(at.T_QUERIES, queries);
    this.int(at.T_KEYS, keys);
    this.int(at.T_PADDED, cut.paddedKeys);
    this.int(at.T_HEADS, heads);
    this.int(at.T_KEY_HEADS, keyHeads);
    this.int(at.T_FEATURES, features);
    this.int(at.T_VALUE_FEATURES, valueFeatures);
    this.int(at.T_PER_UNIT, cut.perUnit);
    this.int(at.T_PER_BLOCK, cut.perBlock);
    this.float(at.T_FACTOR, factor);
    this.int(at.T_QUERY_STACKS, query.stacks);
    this.int(at.T_QUERY_TOKENS, query.tokens);
    this.int(at.T_QUERY_HEAD, query.head);
    this.int(at.T_KEY_STACKS, key.stacks);
    this.int(at.T_KEY_TOKENS, key.tokens);
    this.int(at.T_KEY_HEAD, key.head);
    this.int(at.T_VALUE_STACKS, value.stacks);
    this.int(at.T_VALUE_TOKENS, value.tokens);
    this.int(at.T_VALUE_HEAD, value.head);
    this.int(at.T_VALUE_POINTER, this.address(v));
    this.int(at.T_VALUE_BLOCK, this.strides(v).block);
    this.int(at.T_RESULT_STACKS, result.stacks);
    this.int(at.T_RESULT_TOKENS, result.tokens);
    const starts = masks.flatMap((mask, i) => {
      const { image, block } = this.strides(mask);
      return [block, ...attention.masks[i]!.map((of) => this.address(mask) + of * image)];
    });
    this.int(at.T_MASKS, this.table(starts));
    this.int(at.T_MASK_COUNT, masks.length);
    this.int(at.T_STACK_HEADS, places.query.stacks.length * heads);
    this.units(places.query.stacks.length * heads * Math.ceil(queries / cut.perUnit));
  }

  private writeResize(step: StepOf<'resize'>): void {
    this.int(at.S_OP, at.OP_RESIZE);
    this.int(at.Z_TAPS, step.taps);
    this.int(at.Z_ROW_TAPS, this.samplingTable(step.rows));
    this.int(at.Z_COLUMN_TAPS, this.samplingTable(step.columns));
    this.rowUnits(step, step.taps ** 2);
  }

  /** Pairs of input position and weight. */
  private samplingTable({ index, weight }: AxisSampling): number {
    const start = this.tables;
    const address = this.table(index.flatMap((position) => [position, 0]));
    for (const [i, value] of weight.entries()) this.floats[start / 4 + i * 2 + 1] = value;
    return address;
  }

  private window({ kernel, stride, dilation, before, after }: Window, input: PlanTensor): void {
    this.int(at.P_KERNEL_Y, kernel[0]);
    this.int(at.P_KERNEL_X, kernel[1]);
    this.int(at.P_STRIDE_Y, stride[0]);
    this.int(at.P_STRIDE_X, stride[1]);
    this.int(at.P_DILATION_Y, dilation[0]);
    this.int(at.P_DILATION_X, dilation[1]);
    this.int(at.P_TOP, before[0]);
    this.int(at.P_LEFT, before[1]);
    this.int(at.P_PADDED_HEIGHT, before[0] + input.view.height + after[0]);
    this.int(at.P_PADDED_WIDTH, before[1] + input.view.width + after[1]);
  }

  /** Units of a few rows of one block each. */
  private rowUnits(step: Pick<Step, 'output'>, taps = 1, blocks?: number): void {
    const { view } = this.tensor(step.output);
    const { rows, perBlock } = rowUnitsOf(view, this.plan.target.threads, taps);
    this.int(at.R_ROWS_PER_UNIT, rows);
    this.int(at.R_UNITS_PER_BLOCK, perBlock);
    this.units(view.batch * (blocks ?? blocksOf(view.channels)) * perBlock);
  }

  private convolution(step: ConvolutionStep, index: number): void {
    const output = this.tensor(step.output);
    const input = this.tensor(step.inputs[0]!);
    const { algorithm, window } = step;
    const filters = this.placement.filters(index);
    this.int(at.A_WEIGHTS, filters.weights);
    this.int(at.A_BIAS, filters.bias);
    this.int(at.A_OUT_BLOCKS, blocksOf(output.view.channels));
    this.finish(step.finish);
    switch (algorithm.kind) {
      case 'depthwise':
        this.int(at.S_OP, at.OP_DEPTHWISE);
        this.window(window, input);
        this.rowUnits(step, window.kernel[0] * window.kernel[1]);
        return;
      case 'layer-norm': {
        const { batch, channels, height, width } = output.view;
        const perUnit = Math.min(width, Math.max(4, Math.floor(VALUES_PER_UNIT / channels)));
        this.int(at.S_OP, at.OP_LAYER_NORM);
        this.float(at.N_EPSILON, algorithm.epsilon);
        this.int(at.N_CENTRED, algorithm.centred ? 1 : 0);
        this.int(at.N_PIXELS_PER_UNIT, perUnit);
        this.units(batch * height * Math.ceil(width / perUnit));
        return;
      }
      case 'winograd':
        this.winograd(step);
        return;
      case 'line':
        this.line(step);
        return;
      default:
        this.product(step, filters.preparation);
        return;
    }
  }

  private windowStart(step: ConvolutionStep, pixelBytes: number): number {
    const input = this.tensor(step.inputs[0]!);
    const [top, left] = step.window.before;
    return this.address(input) - top * this.strides(input).row - left * pixelBytes;
  }

  private shapeOf(step: ConvolutionStep): ConvolutionShape {
    const input = this.tensor(step.inputs[0]!).view;
    const output = this.tensor(step.output).view;
    return { input, output, window: step.window, groups: step.groups, taps: tapCount(step) };
  }

  private line(step: ConvolutionStep): void {
    const { algorithm } = step;
    if (algorithm.kind !== 'line') return;
    const inputStride = winogradInputStride(this.shapeOf(step), algorithm);
    this.int(at.S_OP, at.OP_LINE);
    this.int(at.W_SIDE, algorithm.side);
    this.int(at.W_DOWN, algorithm.isDown ? 1 : 0);
    this.int(
      at.W_TABLE,
      this.table([...new Uint32Array(Float32Array.from(lineTable(algorithm.side)).buffer)]),
    );
    this.int(at.W_TILES_X, algorithm.tilesAcross);
    this.int(at.W_TILES_Y, algorithm.tilesDown);
    this.int(at.W_BLOCKS, this.spans(algorithm.tileBlocks));
    this.int(at.W_PASSES, this.spans(algorithm.passes));
    this.int(at.W_PASS_COUNT, algorithm.passes.length);
    this.int(at.W_INPUT_STRIDE, inputStride);
    this.int(at.W_PRODUCT_STRIDE, winogradProductStride(algorithm, this.plan.target));
    this.int(at.W_PRODUCTS, LINE_POINTS * inputStride);
    this.int(at.W_START, this.windowStart(step, PIXEL_BYTES));
    this.units(algorithm.tileBlocks.length);
  }

  private winograd(step: ConvolutionStep): void {
    const { algorithm } = step;
    if (algorithm.kind !== 'winograd') return;
    const shape = this.shapeOf(step);
    const { target } = this.plan;
    const inputStride = winogradInputStride(shape, algorithm);
    this.int(at.S_OP, at.OP_WINOGRAD);
    this.int(at.W_SIDE, algorithm.side);
    this.int(at.W_TILES_X, algorithm.tilesAcross);
    this.int(at.W_TILES_Y, algorithm.tilesDown);
    this.int(at.W_BLOCKS, this.spans(algorithm.tileBlocks));
    this.int(at.W_PASSES, this.spans(algorithm.passes));
    this.int(at.W_PASS_COUNT, algorithm.passes.length);
    this.int(at.W_STRIDE, step.window.stride[0]);
    this.int(at.W_INPUT_STRIDE, inputStride);
    this.int(at.W_PRODUCT_STRIDE, winogradProductStride(algorithm, target));
    this.int(at.W_SHARED, algorithm.shared ? 1 : 0);
    this.int(at.W_START, this.windowStart(step, PIXEL_BYTES));
    if (!algorithm.shared) {
      this.int(at.W_PRODUCTS, TILE_SCRATCH + 36 * inputStride);
      this.units(algorithm.tileBlocks.length);
      return;
    }
    this.int(at.W_PRODUCTS, TILE_SCRATCH);
    this.int(at.W_INPUTS, this.sharedScratch());
    const blocks = blocksOf(shape.input.channels);
    const blocksPerUnit = Math.ceil(blocks / (4 * target.threads));
    this.int(at.W_BLOCKS_PER_UNIT, blocksPerUnit);
    this.units(Math.ceil(blocks / blocksPerUnit), algorithm.passes.length);
  }

  private product(step: ConvolutionStep, preparation: number): void {
    const { algorithm, window } = step;
    if (!('bands' in algorithm)) return;
    const input = this.tensor(step.inputs[0]!);
    const output = this.tensor(step.output);
    const strides = this.strides(input);
    const { width, height, batch } = output.view;
    const pixelBytes = algorithm.kind === 'rows' ? input.view.channels * 4 : PIXEL_BYTES;
    this.int(at.S_OP, at.OP_CONVOLUTION);
    this.int(at.C_DEPTH_BLOCKS, algorithm.depthBlocks);
    this.int(at.C_STEP_X, window.stride[1] * pixelBytes);
    this.int(at.C_STEP_Y, window.stride[0] * strides.row);
    this.int(at.C_PIXELS, width * height * batch);
    this.int(at.C_PIXEL_BLOCK, algorithm.pixelBlock);
    this.int(at.C_BAND_COUNT, algorithm.bands.length);
    this.int(at.C_PAIRS, algorithm.strassen ? algorithm.panels / 2 : 0);
    this.int(at.C_HALVES, algorithm.halved ? 1 : 0);
    this.int(at.C_QUADS, algorithm.quads ? 1 : 0);
    if (step.prepares) {
      this.int(at.C_PREPARE, preparation);
      this.float(at.C_PREPARE_LOW, step.prepares.finish.low);
      this.float(at.C_PREPARE_HIGH, step.prepares.finish.high);
    }
    this.int(at.C_WIDTH, width);
    this.int(at.C_HEIGHT, height);
    this.int(at.C_START, this.windowStart(step, pixelBytes));
    const residual = step.inputs[1] === undefined ? undefined : this.tensor(step.inputs[1]);
    const oneRow = isContiguous(output) && (!residual || isContiguous(residual));
    this.int(at.A_ROWS, oneRow ? 1 : height);
    this.int(at.A_COLUMNS, oneRow ? width * height : width);

    this.int(at.C_OFFSETS, this.table(offsetsOf(step, input, strides.row, strides.block)));
    const bandWords = algorithm.bands.flatMap(({ firstBlock, firstPanel, panels }) => [
      firstBlock * strides.block,
      firstPanel,
      panels,
    ]);
    this.int(at.C_BANDS, this.table(bandWords));
    if (algorithm.kind === 'gather-shared') {
      const perUnit =
        this.plan.target.tilePixels *
        Math.max(
          1,
          Math.ceil((width * height * batch) / (8 * this.plan.target.threads * this.plan.target.tilePixels)),
        );
      this.int(at.C_MODE, at.MODE_SHARED);
      this.int(at.C_GATHERED, this.sharedScratch());
      this.int(at.C_GATHER_PIXELS, perUnit);
      this.units(Math.ceil((width * height * batch) / perUnit), algorithm.bands.length);
      return;
    }
    this.int(at.C_MODE, modes[algorithm.kind]);
    this.units(algorithm.pixelBlocks * algorithm.bands.length);
  }

  /** Parts that follow each other, as pairs of first and count. */
  private spans(parts: readonly number[]): number {
    let first = 0;
    return this.table(
      parts.flatMap((count) => {
        first += count;
        return [first - count, count];
      }),
    );
  }

  /** Writes words behind the records and returns their address. */
  private table(values: readonly number[]): number {
    const address = this.placement.program + this.tables;
    this.words.set(values, this.tables / 4);
    this.tables += align16(values.length * 4);
    return address;
  }
}

type Places = (index: number) => number;

/**
 * Channels that move together: where they are read and written, in bytes, and how many; 16 more for zeros, which follow
 * the last channel of a map.
 */
function runsOf(
  channels: readonly (readonly [number, number])[],
  from: Places,
  to: Places,
  output: MapView,
): (readonly [number, number, number])[] {
  const places = channels.map(([read, written]) => [from(read), to(written)] as const);
  const runs: [number, number, number][] = [];
  for (let i = 0; i < places.length; ) {
    const [read, written] = places[i]!;
    let length = 1;
    while (
      length < 8 &&
      places[i + length]?.[0] === read + length * 4 &&
      places[i + length]?.[1] === written + length * 4
    )
      length++;
    const together = 1 << (31 - Math.clz32(length));
    runs.push([read, written, together]);
    i += together;
  }
  const area = output.height * output.width;
  const last = channels.findIndex(([, written]) => written === (output.channels - 1) * area);
  const tail = output.channels % 8;
  if (last < 0 || tail === 0) return runs;
  const written = places[last]![1];
  for (let lane = tail; lane < 8; ) {
    const together = lane % 4 === 0 ? 4 : lane % 2 === 0 ? 2 : 1;
    runs.push([0, written + (lane - tail + 1) * 4, together + 16]);
    lane += together;
  }
  return runs;
}

/** Offsets of the blocks of 8 values that one output reads, from the start of its window, in the order of the filters. */
function offsetsOf(step: ConvolutionStep, input: PlanTensor, row: number, block: number): number[] {
  const { algorithm, window } = step;
  if (!('bands' in algorithm)) return [];
  const { taps } = step.filters;
  const [kernelY, kernelX] = window.kernel;
  const offsets: number[] = [];
  for (let y = 0; y < kernelY; y++) {
    const line = y * window.dilation[0] * row;
    if (algorithm.kind === 'rows') {
      const blocks = Math.ceil((kernelX * input.view.channels) / 8);
      for (let j = 0; j < blocks; j++) offsets.push(line + j * PIXEL_BYTES);
      continue;
    }
    for (let x = 0; x < kernelX; x++) {
      if (taps && !taps.places.includes(y * kernelX + x)) continue;
      const tap = line + x * window.dilation[1] * PIXEL_BYTES;
      for (let b = 0; b < blocksOf(algorithm.bandChannels); b++) offsets.push(tap + b * block);
    }
  }
  return offsets;
}

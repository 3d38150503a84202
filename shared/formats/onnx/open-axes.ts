import type { Dims } from '../../base/dims.ts';
import type { Design, OpenAxes } from '../../graph/design.ts';
import { MAX_AXES, MAX_AXIS_NAME_LENGTH } from '../spec/format.ts';
import type { ByteSource } from '../weights/source.ts';
import { decodeModel } from './decode.ts';
import { elementTypes, isElementType, type OnnxModel, type OnnxValue } from './model.ts';
import { designIn } from './restore.ts';

/** Without an extent: named, unnamed, or −1 as some exporters have it. */
export function isOpen(extent: number | string): boolean {
  return typeof extent !== 'number' || extent < 0;
}

/** What open axes of a shape are called, where any is open; `?` where a file gives one no name. */
export function openNames(dims: readonly (number | string)[]): OpenAxes | undefined {
  if (!dims.some(isOpen) || dims.length > MAX_AXES) return undefined;
  return dims.map((extent) => (isOpen(extent) ? nameOf(extent) : null));
}

function nameOf(extent: number | string): string {
  return typeof extent === 'string' && extent !== '' ? extent.slice(0, MAX_AXIS_NAME_LENGTH) : '?';
}

const usualSize = 224;
const usualLength = 128;

/**
 * A sample's shape to begin with, where a model leaves extents open: of an image 3 channels and `size`, of anything else
 * so many steps as a short sequence has.
 */
export function proposedShape(
  dims: readonly (number | string)[],
  [height, width]: readonly [number, number] = [usualSize, usualSize],
): Dims {
  const image = dims.length === 4;
  // Channels last, as TensorFlow has them.
  const last = image && !isOpen(dims[3]!) && Number(dims[3]) <= 4;
  const usual = image
    ? last
      ? [1, height, width, 3]
      : [1, 3, height, width]
    : dims.map(() => (dims.length <= 3 ? usualLength : 1));
  return dims.map((extent, axis) => (isOpen(extent) ? usual[axis]! : Number(extent))).slice(1);
}

/** An input that cannot be opened before someone says how large it is. */
export interface OpenInput {
  readonly name: string;
  /** One per axis of a sample: its name where it is open (two of one name are one extent), null where it is not. */
  readonly axes: readonly (string | null)[];
  /** A sample's shape to begin with. */
  readonly proposal: Dims;
}

/** Inputs with axes beside the batch that a model leaves open. Throws what reading throws where it is no model. */
export async function openInputs(source: ByteSource): Promise<readonly OpenInput[]> {
  const { model } = await decodeModel(source);
  const stored = new Set(model.initializers.map(({ name }) => name));
  const size = sizeIn(model);
  const design = designIn(model);
  return model.inputs
    .filter(({ name }) => !stored.has(name))
    .flatMap((input) => openInput(input, size))
    .map((input) => ({ ...input, proposal: shapeIn(design, input) ?? input.proposal }));
}

/** The size that the design beside the graph has, where it fits. */
function shapeIn(design: Design | undefined, { name, axes }: OpenInput): Dims | undefined {
  const node = design?.nodes[name];
  const shape = node?.kind === 'input' ? (node.params.shape as Dims) : undefined;
  return shape?.length === axes.length ? shape : undefined;
}

function openInput(
  { name, dims, type }: OnnxValue,
  size: readonly [number, number] | undefined,
): OpenInput[] {
  const isNumber = isElementType(type) && !elementTypes[type].float;
  // Of a shape that is not said, three extents are a picture's.
  const given = dims ?? (isNumber ? [] : ['batch', 'channels', 'height', 'width']);
  const sample = given.slice(1);
  if (!sample.some(isOpen)) return [];
  const axes = sample.map((extent) => (isOpen(extent) ? nameOf(extent) : null));
  return [{ name, axes, proposal: proposedShape(given, size) }];
}

const sizeKey = /^(imgsz|(image|input|img)[_-]?(size|shape)|size)$/i;

/** The size of an image, as exporters leave it among a file's metadata: `640`, `[640, 480]`, `1x3x640x480`. */
function sizeIn({ metadata }: OnnxModel): readonly [number, number] | undefined {
  for (const [key, value] of metadata) {
    if (!sizeKey.test(key) || value.length > 100) continue;
    const numbers = (value.match(/\d+/g) ?? []).map(Number).filter((n) => n <= 1 << 16);
    const [height, width = height] = numbers.slice(-2);
    if (height !== undefined && width !== undefined && height > 3 && width > 3) return [height, width];
  }
  return undefined;
}

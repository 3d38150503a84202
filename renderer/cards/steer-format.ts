import type { KnobKind } from '../../shared/steer/knobs.ts';
import { type SteerQuantity, steerQuantityTable } from '../../shared/steer/quantities.ts';
import { exactOfUnit, formatOfUnit } from './quantity-format.ts';

/** What can be limited and compared, where there is little room; the key of its translation. */
export const quantityTitles: Readonly<Record<SteerQuantity, string>> = {
  macs: 'Multiply-adds',
  flops: 'FLOPs',
  ops: 'All operations',
  params: 'Parameters',
  weights: 'Bytes of weights',
  memory: 'Peak memory',
  memoryInPlace: 'Peak, in place',
  memoryDepthwise: 'Peak, depthwise in place',
  memoryConcat: 'Peak, concat without copy',
  memoryArena: 'Peak, TFLite arena',
  memoryEngine: 'Peak, this engine',
  activations: 'All activations',
  training: 'Training step',
  depth: 'Depth',
  field: 'Receptive field',
  time: 'Predicted time',
};

export const knobTitles: Readonly<Record<KnobKind, string>> = {
  width: 'Width',
  depth: 'Depth',
  resolution: 'Resolution',
  groups: 'Groups',
  groupWidth: 'Width of a group',
  expansion: 'Expansion',
  kernel: 'Kernel',
};

/** How amounts of a quantity are written. */
export const amountFormat = (quantity: SteerQuantity): ((value: number) => string) =>
  formatOfUnit(steerQuantityTable[quantity].unit);

/** To the last digit. */
export const exactAmount = (quantity: SteerQuantity): ((value: number) => string) =>
  exactOfUnit(steerQuantityTable[quantity].unit);

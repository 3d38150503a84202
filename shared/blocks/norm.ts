import { param } from '../schema/params.ts';
import type { FragmentBuilder } from './define.ts';

export const epsilonParam = param.float({
  title: 'BN epsilon',
  doc: 'Added to the variance.',
  default: 1e-5,
  min: 0,
  max: 1,
  advanced: true,
});

/** For blocks that are hardly ever built without it. */
export const batchNormParam = param.flag({
  title: 'Batch norm',
  doc: 'Around each convolution, in the place of its bias; off where it was folded into the weights for inference.',
  default: true,
  advanced: true,
});

interface Norm {
  readonly batchNorm: boolean;
  readonly epsilon: number;
}

/** Batch norm, where the block has it. */
export function addNorm(f: FragmentBuilder, id: string, { batchNorm, epsilon }: Norm, from: string): string {
  return batchNorm ? f.add(id, 'batchNorm', { epsilon }, from) : from;
}

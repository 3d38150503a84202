import { join } from 'node:path';
import type { Dims } from '../../shared/base/dims.ts';
import type { LayerKind } from '../../shared/layers/index.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import type { Digest } from './digest.ts';

/** What PyTorch gave in double precision, summed up, a case a line; `NETWRIGHT_RECORD=1` with torch writes it anew (`pytorch.test.ts`). */
export const recordedFile = join(import.meta.dirname, 'pytorch-expected.jsonl');

/** A layer with random tensors of a seed, and what came out. */
export interface RecordedCase {
  readonly kind: LayerKind;
  /** What differs from the defaults. */
  readonly params: ParamValues;
  readonly seed: number;
  readonly inputs: readonly Dims[];
  readonly outputs: readonly Digest[];
}

import { type Quantity, unitOf } from '../../shared/graph/quantities.ts';
import { short, shortBytes } from '../parts/format.ts';

/** How amounts of a quantity are written: bytes by 1024, counts by 1000. */
export const formatOf = (quantity: Quantity): ((value: number) => string) =>
  unitOf(quantity) === 'bytes' ? shortBytes : short;

import { type Quantity, type Unit, unitOf } from '../../shared/graph/quantities.ts';
import { milliseconds, short, shortBytes } from '../parts/format.ts';

const formats: Readonly<Record<Unit, (value: number) => string>> = {
  count: short,
  bytes: shortBytes,
  milliseconds,
};

/** How amounts are written: bytes by 1024, counts by 1000, times in milliseconds. */
export const formatOfUnit = (unit: Unit): ((value: number) => string) => formats[unit];

export const formatOf = (quantity: Quantity): ((value: number) => string) => formatOfUnit(unitOf(quantity));

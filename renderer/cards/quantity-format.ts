import { type Quantity, type Unit, unitOf } from '../../shared/graph/quantities.ts';
import { exact, exactBytes, milliseconds, short, shortBytes } from '../parts/format.ts';

const formats: Readonly<Record<Unit, (value: number) => string>> = {
  count: short,
  bytes: shortBytes,
  milliseconds,
};

/** How amounts are written: bytes by 1024, counts by 1000, times in milliseconds. */
export const formatOfUnit = (unit: Unit): ((value: number) => string) => formats[unit];

export const formatOf = (quantity: Quantity): ((value: number) => string) => formatOfUnit(unitOf(quantity));

const wholes: Readonly<Record<Unit, (value: number) => string>> = {
  count: exact,
  bytes: exactBytes,
  milliseconds,
};

/** To the last digit, with their unit; a time has no last digit. */
export const exactOfUnit = (unit: Unit): ((value: number) => string) => wholes[unit];

export const exactOf = (quantity: Quantity): ((value: number) => string) => exactOfUnit(unitOf(quantity));

import { param } from '../schema/params.ts';

/** More than any network that was ever drawn has of one block in a row. */
export const MAX_REPEAT = 1024;

/** Copies in series: what the first gives, the second takes. */
export const repeatParam = param.int({
  title: 'Repeat',
  doc: 'How many of it stand in a row, each fed by the one before.',
  default: 1,
  min: 1,
  max: MAX_REPEAT,
  symbol: 'N',
  role: 'repeat',
});

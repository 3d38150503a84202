/**
 * A fed position on an axis, counted from the front: −1 is the last. Undefined where the axis has none such, as only the
 * run can tell.
 */
export function placeOn(extent: number, position: number): number | undefined {
  const whole = Math.trunc(position);
  const at = whole < 0 ? whole + extent : whole;
  return at >= 0 && at < extent ? at : undefined;
}

/** What is said of positions that an axis does not have. */
export const outsideGives = 'A position that the axis does not have gives not-a-number.';

export const reductions = ['none', 'add', 'mul', 'max', 'min'] as const;
export type Reduction = (typeof reductions)[number];

/** What becomes of an element and an update that meets it. */
export const reduceBy: Readonly<Record<Reduction, (held: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (held, update) => held + update,
  mul: (held, update) => held * update,
  max: Math.max,
  min: Math.min,
};

export const reductionOptions = [
  { value: 'none', title: 'replaced' },
  { value: 'add', title: 'added' },
  { value: 'mul', title: 'multiplied' },
  { value: 'max', title: 'the larger' },
  { value: 'min', title: 'the smaller' },
] as const;

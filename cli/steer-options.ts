import { InvalidArgumentError, Option } from 'commander';
import { analyze } from '../shared/analysis/analyze.ts';
import { grouped } from '../shared/formats/tables/present.ts';
import type { Design } from '../shared/graph/design.ts';
import { type BatchUse, largestBatch } from '../shared/steer/batch.ts';
import { parseSteerLimit as parseLimit, steerLimitForms } from '../shared/steer/limits.ts';
import {
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from '../shared/steer/quantities.ts';
import type { Vary } from '../shared/steer/space.ts';
import { parseVary, varyForms } from '../shared/steer/vary.ts';
import type { Wish } from '../shared/steer/wish.ts';
import { t, tell } from './i18n/language.ts';
import { wholeNumber } from './options.ts';

/** As a quantity is named on the command line: `memory-in-place`. */
export const optionOf = (quantity: SteerQuantity): string =>
  quantity.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const quantityNamed = (name: string): SteerQuantity | undefined =>
  steerQuantities.find((each) => each === name || optionOf(each) === name);

const quantityNames = steerQuantities.map(optionOf).join(', ');

/** An option for each quantity that can be limited. */
export function steerLimitOptions(): readonly Option[] {
  return steerQuantities.map((quantity) =>
    new Option(
      `--${optionOf(quantity)} <limit>`,
      `${steerQuantityTable[quantity].title}: ${steerQuantityTable[quantity].usual === 'atLeast' ? 'at least' : 'at most'} so much`,
    ).argParser((text, before: SteerLimit | undefined) => parseSteerLimit(text, quantity, before)),
  );
}

function parseSteerLimit(text: string, quantity: SteerQuantity, before: SteerLimit | undefined): SteerLimit {
  const limit = parseLimit(text, quantity);
  const { figure, range } = steerLimitForms(quantity);
  if (before) throw new InvalidArgumentError(tell`It is given twice. Say both at once, such as "${range}".`);
  if (limit) return limit;
  throw new InvalidArgumentError(
    tell`It must be ${t(figure)}; ">=" in front for at least, or a range such as "${range}".`,
  );
}

/** `--vary`, as often as there are knobs. */
export function varyOption(): Option {
  return new Option(
    '--vary <knob=values>',
    `a knob that may be turned: ${varyForms.replaceAll('"', '')}`,
  ).argParser((text, before: readonly Vary[] | undefined): readonly Vary[] => {
    const vary = parseVary(text);
    if (!vary) throw new InvalidArgumentError(tell`It must be ${t(varyForms)}.`);
    return [...(before ?? []), vary];
  });
}

/** `closest`, `shares`, `field`, `largest:params`, `smallest:macs`. */
export function wishOption(): Option {
  return new Option(
    '--wish <wish>',
    'what makes one design better than another: closest (to the original), shares (of the stages as they were), field (as it was), largest:QUANTITY or smallest:QUANTITY',
  ).argParser((text): Wish => {
    if (text === 'closest') return { kind: 'closest', to: 'design' };
    if (text === 'shares' || text === 'field') return { kind: 'closest', to: text };
    const [kind, name] = text.split(':');
    const quantity = quantityNamed(name ?? '');
    if ((kind === 'largest' || kind === 'smallest') && quantity) return { kind, quantity };
    throw new InvalidArgumentError(
      tell`It must be closest, shares, field, largest:QUANTITY or smallest:QUANTITY; quantities are ${quantityNames}.`,
    );
  });
}

/** `macs,params`: each once. */
export function parseQuantities(text: string): readonly SteerQuantity[] {
  const quantities = text.split(',').map((name) => {
    const quantity = quantityNamed(name.trim());
    if (!quantity) throw new InvalidArgumentError(tell`"${name}" is none of ${quantityNames}.`);
    return quantity;
  });
  const again = quantities.find((quantity, place) => quantities.indexOf(quantity) < place);
  if (again) throw new InvalidArgumentError(tell`"${optionOf(again)}" is named twice. Name each once.`);
  return quantities;
}

/** `4,089,184,256`, bytes as they are, times by what can be told apart. */
export function amountText(amount: number, quantity: SteerQuantity = 'macs'): string {
  if (steerQuantityTable[quantity].unit !== 'milliseconds') return grouped(amount);
  return amount.toFixed(amount < 1 ? 3 : amount < 100 ? 2 : 1);
}

/** `--largest-batch 16GiB`, in bytes. */
export function largestBatchOption(what: string): Option {
  return new Option('--largest-batch <size>', `${what}, in so many bytes, such as 16GiB`).argParser(
    (text): number => {
      const bytes = parseLimit(text, 'training')?.atMost;
      if (bytes === undefined) throw new InvalidArgumentError(tell`It must be a size, such as 16GiB.`);
      return bytes;
    },
  );
}

/** The largest batches of a design in so many bytes, by what they are for. */
export function largestBatches(design: Design, bytes: number): Readonly<Record<BatchUse, number>> {
  const analysis = analyze(design);
  return {
    training: largestBatch(analysis, bytes, 'training'),
    running: largestBatch(analysis, bytes, 'running'),
  };
}

/** `--threads`, of what is predicted. */
export function timeThreadsOption(): Option {
  return new Option('--threads <n>', 'of the times: all cores when left out').argParser(wholeNumber(1, 64));
}

export function changeText(before: number, after: number): string {
  if (before === after) return '=';
  if (before === 0) return 'new';
  const percent = 100 * (after / before - 1);
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)} %`;
}

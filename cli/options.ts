import { InvalidArgumentError, Option } from 'commander';
import { type Convention, conventions } from '../shared/analysis/conventions.ts';
import { configName } from '../shared/formats/config-file.ts';
import { reportFormats } from '../shared/formats/reports/index.ts';
import { bareShare, budgetLimitForms, parseBudgetLimit } from '../shared/formats/spec/quantity.ts';
import type { Limit, Quantity } from '../shared/graph/design.ts';
import { weightTypes } from '../shared/graph/number-types.ts';
import { t, tell } from './i18n/language.ts';

/** `--format` with these choices, the first as default. */
export function formatOption<const F extends string>(choices: readonly [F, ...F[]]): Option {
  return new Option('--format <format>', 'how to print the result').choices(choices).default(choices[0]);
}

/** `--format` of the commands that report findings. */
export function reportOption(): Option {
  return new Option('--format <format>', 'how to print the findings')
    .choices(Object.keys(reportFormats))
    .default('text');
}

/** `--config` and `--no-config`. */
export function configOptions(): readonly Option[] {
  return [
    new Option('--config <file>', `the configuration to use, in place of the ${configName} found upwards`),
    new Option('--no-config', 'use none'),
  ];
}

/** `--weight-type`. */
export function weightTypeOption(): Option {
  return new Option(
    '--weight-type <type>',
    'how the CPU keeps weights of fully connected and 1×1 layers: bfloat16 is half the bytes, each weight rounded by up to 0.4 %',
  ).choices(weightTypes);
}

export function conventionOption(): Option {
  return new Option('--convention <name>', 'what one operation is')
    .choices(conventions)
    .default('mac' satisfies Convention);
}

/** A limit as it was given, with what there is to say about how it was written. */
export interface GivenLimit {
  readonly limit: Limit;
  readonly remark?: string;
}

export function limitOption(quantity: Quantity, what: string): Option {
  return new Option(
    `--${quantity} <limit>`,
    `the most ${what}: ${budgetLimitForms(quantity).replaceAll('"', '')}`,
  ).argParser((text): GivenLimit => {
    const limit = parseBudgetLimit(text, quantity);
    if (limit !== undefined) return { limit };
    const percent = bareShare(text);
    if (percent === undefined)
      throw new InvalidArgumentError(tell`It must be ${t(budgetLimitForms(quantity))}.`);
    return {
      limit: { kind: 'within', percent },
      remark: tell`--${quantity} ${text} is taken as ±${text}, which a saving breaks too; +${text} allows at most so much more.`,
    };
  });
}

/** A whole number of at least `min`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      max === Number.MAX_SAFE_INTEGER
        ? tell`It must be a whole number from ${min}.`
        : tell`It must be a whole number from ${min} to ${max}.`,
    );
  };
}

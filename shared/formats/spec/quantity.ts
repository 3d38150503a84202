import { inWords, type Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { unreachable } from '../../base/unreachable.ts';
import {
  type Limit,
  type Quantity,
  type SharingConvention,
  sharingConventions,
  type Unit,
  unitOf,
} from '../../graph/quantities.ts';

const decimal: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const bytes: Readonly<Record<string, number>> = {
  ...decimal,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/** A time says its unit always: a bare number could be either. */
const milliseconds: Readonly<Record<string, number>> = { US: 1e-3, MS: 1, S: 1e3 };

const suffixes: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  count: decimal,
  bytes,
  milliseconds,
};
export const say = messages('formats/spec/quantity', {
  'limit:count':
    'a number, a short form such as "15.5G", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less',
  'limit:bytes':
    'a number of bytes, a size such as "12MiB", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less',
  'limit:milliseconds':
    'a time with its unit, such as "20ms", "1.5s" or "800us", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less',
  'limit-of-peak':
    'a number of bytes, a size such as "12MiB", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less; behind it how the peak is counted, as in "256KiB greedyArena": {{conventions}}',
});

const number = String.raw`(\d{1,15}(?:\.\d{1,9})?)`;

/**
 * A limit as people write it: `+5%` (at most 5 % more than the baseline), `±5%` (at most 5 % more or less), `15.5G`,
 * `138357544`, for bytes `12MiB` (1024² bytes) or `12MB` (10⁶ bytes), and for time `20ms`. Undefined when it is none of
 * these; a share that does not say which way it goes is none.
 */
export function parseLimit(text: string, quantity: Quantity): Limit | undefined {
  const share = new RegExp(sharePattern).exec(text);
  if (share) return { kind: share[1] === '+' ? 'increase' : 'within', percent: Number(share[2]) };
  const figure = new RegExp(figurePattern(quantity)).exec(text);
  if (!figure) return undefined;
  const factor = suffixes[unitOf(quantity)][figure[2]!.toUpperCase()]!;
  const amount = Number(figure[1]) * factor;
  // Counts and bytes are whole; of a time, no more is kept than can be told apart.
  return {
    kind: 'absolute',
    max: unitOf(quantity) === 'milliseconds' ? Number(amount.toFixed(6)) : Math.round(amount),
  };
}

const countedPattern = `( (?:${sharingConventions.join('|')}))`;

/** A limit of a budget: the same, and behind one on memory how the peak is counted, as in `256KiB greedyArena`. */
export function parseBudgetLimit(text: string, quantity: Quantity): Limit | undefined {
  const behind = quantity === 'memory' ? new RegExp(`${countedPattern}$`).exec(text) : null;
  const limit = parseLimit(behind ? text.slice(0, behind.index) : text, quantity);
  return limit && behind ? { ...limit, counted: behind[1]!.trim() as SharingConvention } : limit;
}

/** The percentage of a share without a sign, `5%`, as older specs and command lines have it; undefined for anything else. */
export function bareShare(text: string): number | undefined {
  const match = new RegExp(`^${number} ?%$`).exec(text);
  return match ? Number(match[1]) : undefined;
}

const sharePattern = `^([+±]) ?${number} ?%$`;

function figurePattern(quantity: Quantity): string {
  const units = Object.keys(suffixes[unitOf(quantity)]).map((unit) =>
    [...unit].map((letter) => `[${letter}${letter.toLowerCase()}]`).join(''),
  );
  return `^${number} ?(${units.join('|')})$`;
}

/** The regular expressions of the text forms, for the JSON Schema. */
export function limitPatterns(quantity: Quantity): readonly string[] {
  return [figurePattern(quantity), sharePattern];
}

/** The same of `parseBudgetLimit`. */
export function budgetLimitPatterns(quantity: Quantity): readonly string[] {
  const counted = quantity === 'memory' ? `${countedPattern}?` : '';
  return limitPatterns(quantity).map((pattern) => pattern.replace(/\$$/, `${counted}$`));
}

/** What `parseBudgetLimit` takes for this quantity, as a part of what is said. */
export function budgetLimitPart(quantity: Quantity): Phrase {
  return quantity === 'memory'
    ? say.part('limit-of-peak', { conventions: sharingConventions.join(', ') })
    : say.part(`limit:${unitOf(quantity)}`);
}

/** The same in English, by which it is looked up elsewhere. */
export const budgetLimitForms = (quantity: Quantity): string => inWords(budgetLimitPart(quantity));

/** What `parseLimit` takes for this quantity, for messages. */
export const limitForms = (quantity: Quantity): string => say.texts[`limit:${unitOf(quantity)}`];

/** The canonical form in a spec: the exact number, `+5%` or `±5%`, and behind it how a peak is counted. */
export function writeLimit({ counted, ...limit }: Limit): number | string {
  return counted === undefined ? boundOf(limit) : `${boundOf(limit)} ${counted}`;
}

function boundOf(limit: Limit): number | string {
  switch (limit.kind) {
    case 'absolute':
      return limit.max;
    case 'increase':
      return `+${percentText(limit.percent)}`;
    case 'within':
      return `±${percentText(limit.percent)}`;
    default:
      return unreachable(limit);
  }
}

function percentText(percent: number): string {
  return `${percent.toFixed(9).replace(/\.?0+$/, '')}%`;
}

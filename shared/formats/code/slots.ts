import type { Argument } from './form.ts';
import { Names } from './python.ts';

/** An argument somewhere inside a block, and the layer that it is of. */
export interface Slot {
  readonly owner: string;
  readonly argument: Argument;
}

/** Things that are alike by their signature, in the order in which the first of each comes. */
export function groupedBy<T>(
  items: readonly T[],
  signatureOf: (item: T) => unknown,
): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const signature = JSON.stringify(signatureOf(item));
    const known = groups.get(signature);
    if (known) known.push(item);
    else groups.set(signature, [item]);
  }
  return [...groups.values()];
}

/**
 * What blocks that differ in numbers only have as parameters: for each slot the parameter that stands there, undefined
 * where all agree. Slots that always hold the same share a parameter.
 */
export function parametersOf(
  instances: readonly (readonly Slot[])[],
  reserved: readonly string[],
): { readonly slots: readonly (string | undefined)[]; readonly parameters: readonly string[] } {
  const names = new Names(reserved);
  const byTexts = new Map<string, string>();
  const slots = instances[0]!.map(({ owner, argument }, i) => {
    const texts = instances.map((own) => own[i]!.argument.text);
    if (texts.every((text) => text === texts[0])) return undefined;
    const key = texts.join('\n');
    const isTaken = [...byTexts.values()].includes(argument.name);
    const known = byTexts.get(key) ?? names.take(isTaken ? `${owner}_${argument.name}` : argument.name);
    byTexts.set(key, known);
    return known;
  });
  return { slots, parameters: [...byTexts.values()] };
}

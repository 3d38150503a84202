import type { Argument } from './form.ts';
import { Names } from './python.ts';
import type { BlockItem } from './scope.ts';

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
  instances: readonly { readonly item: BlockItem; readonly slots: readonly Slot[] }[],
  reserved: readonly string[],
): { readonly slots: readonly (string | undefined)[]; readonly parameters: readonly string[] } {
  const names = new Names(reserved);
  const byTexts = new Map<string, string>();
  const varying = instances[0]!.slots.map(({ owner, argument }, i) => {
    const texts = instances.map(({ slots }) => slots[i]!.argument.text);
    if (texts.every((text) => text === texts[0])) return undefined;
    return { owner, name: argument.name, key: texts.join('\n') };
  });
  const slots = varying.map((slot) => {
    if (!slot) return undefined;
    const { owner, name, key } = slot;
    // Channels of several layers are told apart as the block itself does: its own parameters have names.
    const isAlone = varying.every((other) => other?.name !== name || other.key === key);
    const isTaken = [...byTexts.values()].includes(name);
    const plain = isTaken ? `${owner}_${name}` : name;
    const known = byTexts.get(key) ?? names.take(isAlone ? name : (nameInBlock(instances, key) ?? plain));
    byTexts.set(key, known);
    return known;
  });
  return { slots, parameters: [...byTexts.values()] };
}

/** The block's parameter that has these values, if there is one. */
function nameInBlock(instances: readonly { readonly item: BlockItem }[], key: string): string | undefined {
  const [first] = instances;
  return Object.keys(first!.item.params).find(
    (name) =>
      typeof first!.item.params[name] === 'number' &&
      instances.map(({ item }) => String(item.params[name])).join('\n') === key,
  );
}

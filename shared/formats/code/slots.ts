import type { ClassArguments } from '../../graph/design.ts';
import type { Argument } from './form.ts';
import { flag, identifier, literal, Names, pairText, tuple } from './python.ts';
import type { BlockItem } from './scope.ts';

/** An argument somewhere inside a block, and the layer that it is of. */
export interface Slot {
  readonly owner: string;
  readonly argument: Argument;
}

/** What blocks of one class differ in. */
export interface Parameter {
  readonly name: string;
  /** What it is of each block. */
  readonly texts: readonly string[];
  /** What it is where nothing is said. */
  readonly default: string | undefined;
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

interface Instance {
  readonly item: BlockItem;
  readonly slots: readonly Slot[];
}

/**
 * What blocks that differ in numbers only have as parameters: for each slot the name that stands there, undefined where
 * all agree. Slots that always hold the same share a parameter. Where the blocks came from a class, its constructor's
 * names and their order are taken up again.
 */
export function parametersOf(
  instances: readonly Instance[],
  reserved: readonly string[],
): { readonly slots: readonly (string | undefined)[]; readonly parameters: readonly Parameter[] } {
  const varying = instances[0]!.slots.map(({ owner, argument }, i): Varying | undefined => {
    const texts = instances.map(({ slots }) => slots[i]!.argument.text);
    if (texts.every((text) => text === texts[0])) return undefined;
    return { owner, argument, key: texts.join('\n'), texts };
  });
  const names = namesFor(instances, varying, new Names(reserved));
  const byKey = new Map<string, Parameter>();
  for (const slot of varying) {
    if (!slot || byKey.has(slot.key)) continue;
    const usual = slot.argument.default;
    const fallback = usual !== undefined && slot.texts.includes(usual) ? usual : undefined;
    byKey.set(slot.key, { name: names.get(slot.key)!, texts: slot.texts, default: fallback });
  }
  const slots = varying.map((slot) => slot && byKey.get(slot.key)!.name);
  return { slots, parameters: inOrder([...byKey.values()], instances) };
}

interface Varying {
  readonly owner: string;
  readonly argument: Argument;
  readonly key: string;
  readonly texts: readonly string[];
}

function namesFor(
  instances: readonly Instance[],
  varying: readonly (Varying | undefined)[],
  names: Names,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const own = ownNames(instances, new Set(varying.flatMap((slot) => slot?.key ?? [])));
  // Names of the class itself come first, so that no other name takes their place.
  for (const [key, name] of own) found.set(key, names.take(name));
  for (const slot of varying) {
    if (!slot || found.has(slot.key)) continue;
    const { owner, argument, key } = slot;
    // Channels of several layers are told apart as the block itself does: its own parameters have names.
    const isAlone = varying.every((other) => other?.argument.name !== argument.name || other.key === key);
    const isTaken = [...found.values()].includes(argument.name);
    const plain = isTaken ? `${identifier(owner)}_${argument.name}` : argument.name;
    found.set(key, names.take(isAlone ? argument.name : (nameInBlock(instances, key) ?? plain)));
  }
  return found;
}

/** The block's parameter that has these values, if there is one. */
function nameInBlock(instances: readonly Instance[], key: string): string | undefined {
  const [first] = instances;
  return Object.keys(first!.item.params).find(
    (name) =>
      typeof first!.item.params[name] === 'number' &&
      instances.map(({ item }) => String(item.params[name])).join('\n') === key,
  );
}

/**
 * By what slots hold, the constructor's argument that says it. A design may have been changed since: the argument that
 * fits most of the blocks is it; then of those that are left the one that fits the most, so that a name stays when the
 * width of some blocks is changed, and what comes before them is given another.
 */
function ownNames(instances: readonly Instance[], keys: ReadonlySet<string>): ReadonlyMap<string, string> {
  const known = instances[0]!.item.origin?.arguments ?? {};
  const scored = Object.keys(known).flatMap((name) => {
    const said = instances.map(({ item }) => textOf(item.origin?.arguments?.[name]));
    const areAlike = said.every((text) => text === said[0]);
    return [...keys].flatMap((key) => {
      // What all are made with alike, and most layers have anywhere, says nothing of what it is of.
      if (areAlike && commonest.has(said[0] ?? '')) return [];
      const fits = key.split('\n').map((text, i) => text === said[i]);
      // Made with alike, but unlike where one definition stands for them: it is another that differs.
      const unfit = new Set(instances.flatMap(({ item }, i) => (fits[i] ? [] : [item.block])));
      if (areAlike && instances.some(({ item }, i) => fits[i] && unfit.has(item.block))) return [];
      const isTelling = !areAlike && said.some((text, i) => fits[i] && !commonest.has(text!));
      return [{ name, key, fitting: fits.filter(Boolean).length, isTelling }];
    });
  });
  const best = scored.sort((a, b) => b.fitting - a.fitting);
  const count = instances.length;
  const found = new Map<string, string>();
  for (const { name, key } of [
    ...best.filter(({ fitting }) => 2 * fitting > count),
    ...best.filter(({ fitting, isTelling }) => isTelling && 3 * fitting >= count),
  ])
    if (!found.has(key) && ![...found.values()].includes(name)) found.set(key, name);
  return found;
}

const commonest: ReadonlySet<string> = new Set(['0', '1', 'True', 'False']);

function textOf(value: ClassArguments[string] | undefined): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number.isInteger(value) ? String(value) : literal(value);
    case 'boolean':
      return flag(value);
    case 'string':
      return `"${value}"`;
    default:
      return value.length === 2 ? pairText([value[0]!, value[1]!]) : tuple(value);
  }
}

/** As the constructor has them, then what it has no name for; those that may be left out come last. */
function inOrder(parameters: readonly Parameter[], [first]: readonly Instance[]): readonly Parameter[] {
  const order = Object.keys(first!.item.origin?.arguments ?? {});
  const place = ({ name }: Parameter): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const isOptional = ({ default: usual }: Parameter): number => (usual === undefined ? 0 : 1);
  return parameters.toSorted((a, b) => isOptional(a) - isOptional(b) || place(a) - place(b));
}

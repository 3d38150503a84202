import { isIssue } from '../base/problem.ts';
import { isLayerKind, layerOf } from '../layers/index.ts';
import { readParam } from '../schema/codec.ts';
import { defaultsOf, type Param, type Params, type ParamValue, type ParamValues } from '../schema/params.ts';
import type { Fragment } from './define.ts';
import { expandOnce, innerNode } from './expansion.ts';
import { type BlockKind, blockOf, blocks } from './index.ts';

/** One structure that a block can have: its choices and flags are fixed, its numbers are to be found. */
export interface Pattern {
  readonly kind: BlockKind;
  readonly choices: ParamValues;
  readonly fragment: Fragment;
}

/**
 * Every structure that blocks can have, larger ones first, so that a part is not taken for the whole. They are the
 * blocks' own expansions: what a block looks like is told nowhere else.
 */
export function allPatterns(): readonly Pattern[] {
  known ??= (Object.keys(blocks) as BlockKind[])
    .flatMap(patternsOf)
    .sort((a, b) => b.fragment.nodes.length - a.fragment.nodes.length);
  return known;
}
let known: readonly Pattern[] | undefined;

function patternsOf(kind: BlockKind): readonly Pattern[] {
  const { params } = blockOf(kind);
  let combinations: readonly ParamValues[] = [{}];
  for (const [name, p] of Object.entries(params)) {
    const options = optionsOf(p);
    if (options.length > 0)
      combinations = combinations.flatMap((chosen) => options.map((value) => ({ ...chosen, [name]: value })));
  }
  const patterns = combinations.map((choices): Pattern => {
    const fragment = blockOf(kind).expand({ ...defaultsOf(params), ...choices });
    return { kind, choices, fragment };
  });
  return patterns;
}

/** The values of a parameter that decides structure, its default first. */
function optionsOf(p: Param): readonly ParamValue[] {
  if (p.kind === 'flag') return [p.default, !p.default];
  if (p.kind !== 'choice') return [];
  return [p.default, ...p.options.map(({ value }) => value).filter((value) => value !== p.default)];
}

/** What the nodes that stand where a pattern's nodes do have as parameters, by inner id. */
export type FoundParams = ReadonlyMap<string, ParamValues>;

/** The block's parameters for which its expansion has exactly the parameters found; undefined where there are none. */
export function solvePattern(pattern: Pattern, found: FoundParams): ParamValues | undefined {
  const { kind, choices } = pattern;
  const { params } = blockOf(kind);
  let solved: ParamValues = { ...defaultsOf(params), ...choices };
  const unsolved: string[] = [];
  for (const name of Object.keys(params)) {
    if (name in choices) continue;
    const slot = directSlots(pattern).get(name);
    if (slot) solved = { ...solved, [name]: found.get(slot.inner)![slot.name]! };
    else unsolved.push(name);
  }
  for (const name of unsolved) solved = { ...solved, ...solveLinear(kind, solved, name, found) };
  return isValid(params, solved) && standsFor(kind, solved, found) ? solved : undefined;
}

/** Where a parameter shows inside the block; `direct` where it stands there as it is. */
interface Slot {
  readonly inner: string;
  readonly name: string;
  readonly direct: boolean;
}

const slotsByPattern = new WeakMap<Pattern, ReadonlyMap<string, Slot>>();

/** One place for each parameter that stands somewhere inside as it is. */
function directSlots(pattern: Pattern): ReadonlyMap<string, Slot> {
  const known = slotsByPattern.get(pattern);
  if (known) return known;
  const { params } = blockOf(pattern.kind);
  const at = { ...defaultsOf(params), ...pattern.choices };
  const slots = new Map<string, Slot>();
  for (const [name, p] of Object.entries(params)) {
    const slot = slotsOf(pattern.kind, at, name, p).find(({ direct }) => direct);
    if (slot) slots.set(name, slot);
  }
  slotsByPattern.set(pattern, slots);
  return slots;
}

/** Found by changing the parameter and looking at what changes inside. */
function slotsOf(kind: BlockKind, at: ParamValues, name: string, p: Param): readonly Slot[] {
  const other = anotherValue(p);
  if (other === undefined) return [];
  const before = insideOf(kind, { ...at, [name]: p.default });
  const after = insideOf(kind, { ...at, [name]: other });
  return [...before].flatMap(([inner, params]) =>
    Object.entries(params).flatMap(([slot, value]) => {
      const changed = after.get(inner)?.[slot];
      if (changed === undefined || sameValue(value, changed)) return [];
      return [
        {
          inner,
          name: slot,
          direct: sameValue(value, p.default) && sameValue(changed, other),
        } satisfies Slot,
      ];
    }),
  );
}

/** A number that shows inside only multiplied or added to: two trials give the line, the line gives the number. */
function solveLinear(kind: BlockKind, at: ParamValues, name: string, found: FoundParams): ParamValues {
  const p = blockOf(kind).params[name]!;
  const slot = p.kind === 'int' ? slotsOf(kind, at, name, p)[0] : undefined;
  if (!slot) return {};
  const shown = (value: number) =>
    Number(insideOf(kind, { ...at, [name]: value }).get(slot.inner)![slot.name]);
  const [one, two] = [shown(1), shown(2)];
  return { [name]: 1 + (Number(found.get(slot.inner)![slot.name]) - one) / (two - one) };
}

function anotherValue(p: Param): ParamValue | undefined {
  switch (p.kind) {
    case 'int':
      return p.default + 1;
    case 'float':
      return (p.default + p.max) / 2;
    case 'pair':
      return [p.default[0] + 1, p.default[1] + 2];
    case 'padding':
      return [3, 4, 5, 6];
    default:
      return undefined;
  }
}

function isValid(params: Params, values: ParamValues): boolean {
  return Object.entries(params).every(([name, p]) => {
    const read = readParam(name, p, values[name]!);
    return typeof read !== 'object' || !isIssue(read);
  });
}

function standsFor(kind: BlockKind, params: ParamValues, found: FoundParams): boolean {
  return [...insideOf(kind, params)].every(([inner, own]) => {
    const theirs = found.get(inner);
    return theirs !== undefined && sameEffect(kindInside(kind, params, inner), own, theirs);
  });
}

function insideOf(kind: BlockKind, params: ParamValues): ReadonlyMap<string, ParamValues> {
  const fragment = expandOnce(blockOf(kind), params);
  return new Map(fragment.nodes.map(({ id }) => [id, innerNode(fragment, id).params]));
}

function kindInside(kind: BlockKind, params: ParamValues, inner: string): string {
  return innerNode(expandOnce(blockOf(kind), params), inner).kind;
}

/** Equal, but for parameters that make no difference on either side. */
export function sameEffect(kind: string, a: ParamValues, b: ParamValues): boolean {
  const idle = new Set(isLayerKind(kind) ? [...layerOf(kind).idle(a), ...layerOf(kind).idle(b)] : []);
  return Object.keys(a).every((name) => idle.has(name) || sameValue(a[name]!, b[name]!));
}

function sameValue(a: ParamValue, b: ParamValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

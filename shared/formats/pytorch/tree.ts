import type { ModuleForm } from '../code/form.ts';
import { isAttribute } from '../code/python.ts';
import type { BlockItem, ScopeItem } from '../code/scope.ts';

/** What a member of a module is made of. */
export type Expression =
  | { readonly kind: 'module'; readonly form: ModuleForm }
  | { readonly kind: 'block'; readonly item: BlockItem }
  | {
      readonly kind: 'tensor';
      readonly form: ModuleForm;
      readonly learned: boolean;
      /** What fills it first. */
      readonly fill?: string;
      /** Whether checkpoints have it. */
      readonly persistent?: false;
    }
  /** What is there already, under another name. */
  | { readonly kind: 'reference'; readonly access: string }
  /** What is called as one: numbered, or by names. A number that is missing does nothing. */
  | { readonly kind: 'sequence'; readonly parts: readonly Member[]; readonly numbered: boolean }
  /** Learned tensors by number. */
  | { readonly kind: 'parameters'; readonly parts: readonly Member[] }
  /** What belongs together by name and is called one by one. */
  | { readonly kind: 'list' | 'dict'; readonly parts: readonly Member[] };

export interface Member {
  readonly name: string;
  readonly expression: Expression;
  /** Of a module: it is registered under its name, which can be no attribute's. */
  readonly registered?: boolean;
}

/** What lies under a name: an item, or one of the tensors that it keeps. */
export interface Leaf {
  readonly item: ScopeItem;
  readonly weight?: string;
  readonly names: readonly string[];
}

/** A part of the module: what lies under one name. */
export interface Branch {
  readonly children: Map<string, Branch>;
  item?: ScopeItem;
  weight?: string;
}

/** More numbers than this are not filled up. */
const MAX_NUMBERED = 512;

/** The tree that the names make: `layer1.0.conv` lies in `0`, which lies in `layer1`. */
export function treeOf(leaves: readonly Leaf[]): Branch {
  const root: Branch = { children: new Map() };
  for (const { item, weight, names } of leaves) {
    let at = root;
    for (const name of names) {
      const next = at.children.get(name) ?? { children: new Map() };
      at.children.set(name, next);
      at = next;
    }
    at.item = item;
    if (weight !== undefined) at.weight = weight;
  }
  return root;
}

export function leavesOf(branch: Branch): readonly ScopeItem[] {
  return branch.item ? [branch.item] : [...branch.children.values()].flatMap(leavesOf);
}

const isNumber = (name: string): boolean => /^(0|[1-9]\d{0,8})$/.test(name);

/**
 * Whether a branch may be one nn.Sequential: its leaves follow one another in the order of their names, and in no other
 * way.
 */
export function isChain(branch: Branch, follows: (before: ScopeItem, item: ScopeItem) => boolean): boolean {
  const names = [...branch.children.keys()];
  const numbers = names.filter(isNumber).map(Number);
  const isOrdered = numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
  const isNumbered = numbers.length === names.length && isOrdered && numbers.at(-1)! < MAX_NUMBERED;
  if (!isNumbered && !names.every(isAttribute)) return false;
  const below = [...branch.children.values()];
  if (!below.every((child) => child.item || isChain(child, follows))) return false;
  const leaves = leavesOf(branch);
  return leaves.every((leaf, i) => i === 0 || follows(leaves[i - 1]!, leaf));
}

export function sequenceOf(branch: Branch, leaf: (item: ScopeItem) => Expression): Expression {
  if (branch.item) return leaf(branch.item);
  const parts = [...branch.children].map(([name, child]) => ({ name, expression: sequenceOf(child, leaf) }));
  return { kind: 'sequence', parts, numbered: parts.every(({ name }) => isNumber(name)) };
}

/** Whether names are all numbers, from 0 on. */
export function areListed(names: readonly string[]): boolean {
  const numbers = names.map((name) => (isNumber(name) ? Number(name) : -1)).sort((a, b) => a - b);
  return numbers.length > 0 && numbers.every((number, i) => number === i);
}

/** A list where the numbers say so, else a dict. */
export function containerOf(parts: readonly Member[]): Expression {
  if (!areListed(parts.map(({ name }) => name))) return { kind: 'dict', parts };
  return { kind: 'list', parts: parts.toSorted((a, b) => Number(a.name) - Number(b.name)) };
}

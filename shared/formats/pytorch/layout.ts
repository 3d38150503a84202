import type { Scope, ScopeItem } from '../code/scope.ts';
import { keyOf, Variables } from '../code/variables.ts';
import { Finding, type Registered } from './finding.ts';
import { Ground } from './ground.ts';
import type { HelperName } from './helpers.ts';
import { Holding, takenWhole } from './holding.ts';
import { functionCall, keptTensor, saidTensor } from './kept.ts';
import { Samples } from './samples.ts';
import { stagesOf } from './stages.ts';
import {
  type Branch,
  containerOf,
  type Expression,
  type Leaf,
  leavesOf,
  type Member,
  sequenceOf,
  treeOf,
} from './tree.ts';

/** A further name of a module: `self.add_module("head", self.classifier)`. */
export interface Alias {
  readonly owner: string;
  readonly name: string;
  readonly access: string;
}

/** The two halves of a module: its members, and the statements of `forward`. */
export interface Layout {
  readonly members: readonly Member[];
  readonly registered: readonly Registered[];
  readonly aliases: readonly Alias[];
  /** Whether it is an nn.Sequential of its members, which needs no statements. */
  readonly isRow: boolean;
  /** Of `forward`, with their types. */
  readonly parameters: readonly string[];
  readonly statements: readonly string[];
  /**
   * By item id, where its module or tensor lies from here: `conv1`, `layer1.0`; by `item/weight`, where a tensor does that
   * it keeps.
   */
  readonly paths: ReadonlyMap<string, string>;
  readonly helpers: ReadonlySet<string>;
}

/** One statement's worth: an item, or the items of an nn.Sequential. */
interface Unit {
  readonly items: readonly ScopeItem[];
  /** What is called: `self.layer1`; nothing for what is no module. */
  readonly access: string | undefined;
}

export function layoutOf(scope: Scope): Layout {
  const ground = new Ground(scope);
  const helpers = helpersOf(ground);
  const row = rowOf(ground);
  if (row) return { ...row, helpers };
  return { ...treeLayout(ground), isRow: false, helpers };
}

function helpersOf({ scope, forms: known, kept }: Ground): ReadonlySet<string> {
  const ofKept = scope.items.flatMap((item): readonly HelperName[] =>
    item.kind === 'block'
      ? []
      : [...(kept.get(item.id)?.keys() ?? [])].flatMap((weight) => keptTensor(item, weight).helper ?? []),
  );
  const ofConstants = scope.items.flatMap((item) => saidTensor(item)?.helper ?? []);
  const ofForms = scope.items.flatMap(({ id }) => (kept.has(id) ? [] : (known.get(id)?.helpers ?? [])));
  return new Set([...ofForms, ...ofKept, ...ofConstants]);
}

/** The scope as one nn.Sequential: all that it holds is numbered, and called in order. */
function rowOf(ground: Ground) {
  const { items, outputs } = ground.scope;
  const steps = items.filter(({ kind }) => kind !== 'input' && kind !== 'output');
  const { outputKeys, outputsListed, inputHolders } = ground.scope;
  if (outputKeys || outputsListed || inputHolders || items.some(({ state }) => state?.also !== undefined))
    return undefined;
  if (steps.length < 2 || outputs.length !== 1 || items.some(({ kind }, i) => kind === 'input' && i > 0))
    return undefined;
  if (!steps.every((item) => /^_\d/.test(item.id) && ground.isPlain(item))) return undefined;
  const tree = treeOf(steps.map((item) => ({ item, names: item.id.slice(1).split('.') })));
  const ends = outputs[0]!.item === steps.at(-1)!.id && ground.readers.get(keyOf(outputs[0]!)) === 1;
  if (!ends || leavesOf(tree).length < steps.length || !ground.isChain(tree)) return undefined;
  const sequence = sequenceOf(tree, ground.leaf);
  if (sequence.kind !== 'sequence' || !sequence.numbered) return undefined;
  const paths = new Map(steps.map(({ id }) => [id, id.slice(1)]));
  return {
    members: sequence.parts,
    registered: [],
    aliases: [],
    isRow: true,
    parameters: ['x: Tensor'],
    statements: [],
    paths,
  };
}

function treeLayout(ground: Ground) {
  const { items } = ground.scope;
  const tree = treeOf(leavesIn(ground));
  const found = new Finding(ground, [...tree.children.keys()]);
  const top = [...tree.children].map(([name, branch]) => found.placeTop(name, branch));
  const accesses = found.accesses;
  for (const { id, twin } of items)
    if (twin !== undefined && found.paths.has(twin)) {
      found.paths.set(id, found.paths.get(twin)!);
      accesses.set(id, accesses.get(twin)!);
    }
  for (const [id, keeper] of ground.keepers)
    for (const weight of ground.kept.get(id)!.keys())
      accesses.set(`${id}/${weight}`, accesses.get(`${keeper}/${weight}`)!);
  const units = unitsOf(items, found);
  const { members: more, aliases } = aliasesOf(items, found, tree);
  return {
    members: [...top, ...more],
    registered: found.registered,
    aliases,
    ...forwardOf(ground, units, accesses),
    paths: found.paths,
  };
}

/** What lies under a name, and under which. Below what is a module itself nothing else can lie. */
function leavesIn(ground: Ground): readonly Leaf[] {
  const { items } = ground.scope;
  const stages = stagesOf(items, ground.readers);
  const wished = items.flatMap((item): (Omit<Leaf, 'names'> & { readonly name: string })[] => {
    if (ground.isMember(item)) return [{ item, name: stages.get(item.id) ?? item.named ?? item.id }];
    if (ground.keepers.has(item.id)) return [];
    return [...(ground.kept.get(item.id) ?? [])].map(([weight, name]) => ({ item, weight, name }));
  });
  const names = new Set(wished.map(({ name }) => name));
  const taken = new Set<string>();
  return wished.map(({ name: wish, ...leaf }): Leaf => {
    const parts = wish.split('.');
    const isBelow = parts.some((_, i) => i > 0 && names.has(parts.slice(0, i).join('.')));
    const hasGaps = parts.some((part) => part === '');
    let name = isBelow || hasGaps ? parts.join('_') : wish;
    while (taken.has(name)) name = `${name}_`;
    taken.add(name);
    return { ...leaf, names: name.split('.') };
  });
}

/**
 * Further names of modules. Those that lie nowhere yet make containers of their own; others are put into what is there,
 * as far as it is.
 */
function aliasesOf(items: readonly ScopeItem[], found: Finding, tree: Branch) {
  const all = items.flatMap(({ id, twin, state }) => {
    const access = found.accessOf(id);
    return twin !== undefined || access === undefined
      ? []
      : (state?.also ?? []).map((name) => ({ parts: name.split('.'), access }));
  });
  const aliases: Alias[] = [];
  const fresh = new Map<string, AliasBranch>();
  for (const { parts, access } of all) {
    const [head, ...rest] = parts as [string, ...string[]];
    if (!tree.children.has(head)) {
      let at: AliasBranch = fresh.get(head) ?? { children: new Map() };
      fresh.set(head, at);
      for (const part of rest) {
        const next: AliasBranch = at.children.get(part) ?? { children: new Map() };
        at.children.set(part, next);
        at = next;
      }
      at.access = access;
      continue;
    }
    const owner = found.ownerOf(tree, parts.slice(0, -1));
    if (owner !== undefined) aliases.push({ owner, name: parts.at(-1)!, access });
  }
  const members = [...fresh].map(
    ([name, branch]): Member => ({ name: found.topName(name), expression: referencesIn(branch) }),
  );
  return { members, aliases };
}

interface AliasBranch {
  readonly children: Map<string, AliasBranch>;
  access?: string;
}

function referencesIn({ children, access }: AliasBranch): Expression {
  if (access !== undefined) return { kind: 'reference', access };
  return containerOf([...children].map(([name, child]) => ({ name, expression: referencesIn(child) })));
}

function unitsOf(items: readonly ScopeItem[], { chains, accesses }: Finding): readonly Unit[] {
  return items.flatMap((item): readonly Unit[] => {
    if (item.kind === 'output') return [];
    const chain = chains.get(item.id);
    if (!chain) return [{ items: [item], access: accesses.get(item.id) }];
    return chain.items[0] === item ? [chain] : [];
  });
}

/** By item, or by `item/weight`, how it is reached: `self.layer1`. */
type Accesses = ReadonlyMap<string, string>;

/** The statements. */
function forwardOf(
  { scope, forms: known, numbers, kept }: Ground,
  units: readonly Unit[],
  accesses: Accesses,
) {
  const heads = units.map(({ items }) => items[0]!);
  const variables = new Variables([...heads.flatMap(({ inputs }) => inputs), ...scope.outputs]);
  const inputs = heads.filter(({ kind }) => kind === 'input');
  const parameters =
    inputs.length === 1
      ? [`${variables.bind(`${inputs[0]!.id}:0`, 'x')}: Tensor`]
      : inputs.map(({ id }) => `${variables.parameter(`${id}:0`, id)}: Tensor`);
  const holding = new Holding(variables);
  const readsScope = heads.some((head) => head.inputs.some(({ item }) => item === undefined));
  if (scope.inputNames || scope.inputHolders) parameters.push(...holding.parametersOf(scope));
  else if (inputs.length === 0 && readsScope) parameters.push(`${variables.bind('@:0', 'x')}: Tensor`);
  const whole = takenWhole(heads);
  const statements: string[] = [];
  const samples = new Samples(scope);
  for (const { items, access } of units) {
    const [head, tail] = [items[0]!, items.at(-1)!];
    if (head.kind === 'input') continue;
    const number = numbers.get(head.id);
    if (number !== undefined) {
      variables.name(`${head.id}:0`, number);
      continue;
    }
    if (head.kind === 'constant') {
      variables.name(`${head.id}:0`, access!);
      continue;
    }
    const args = samples.forAll(head, variables.read(head.inputs), known.get(head.id));
    const form = items.length === 1 ? known.get(head.id) : undefined;
    const self = access ?? 'self';
    const own = kept.get(head.twin ?? head.id);
    const tensors = [...(own?.keys() ?? [])].map(
      (weight) => [weight, accesses.get(`${head.twin ?? head.id}/${weight}`)!] as const,
    );
    const given = holding.argumentsOf(head, args);
    const value =
      own && head.kind !== 'block'
        ? functionCall(head, form, args, new Map(tensors))
        : form?.call
          ? form.call(self, args, holding.wholeOf(args))
          : `${self}(${given.join(', ')})`;
    const attribute = /^self\.(?!get_submodule\()(\w+)/u.exec(access ?? '')?.[1];
    const wanted = attribute ?? snake(head.kind);
    const targets = holding.targetsOf(tail, wanted, args, whole.has(tail.id));
    const single = tail.outputDims.length === 1 && form?.call && head.kind === 'split';
    const idle = Array.from({ length: form?.idle ?? 0 }, () => '_');
    statements.push(`${[...targets, ...idle].join(', ')}${single ? ',' : ''} = ${value}`);
  }
  const results = scope.outputs.map((source) => variables.of(source));
  statements.push(`return ${holding.resultOf(scope, results)}`);
  return { parameters, statements };
}

/** What has no name of its own is called by what it does. */
function snake(kind: string): string {
  return kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

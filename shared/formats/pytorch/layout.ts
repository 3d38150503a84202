import { first } from '../code/form.ts';
import { formIn } from '../code/form-table.ts';
import { isAttribute, literal, Names, tuple } from '../code/python.ts';
import type { Scope, ScopeItem } from '../code/scope.ts';
import { keyOf, Variables } from '../code/variables.ts';
import { forms, type TorchForm } from './forms.ts';
import type { HelperName } from './helpers.ts';
import { Holding, takenWhole } from './holding.ts';
import { functionCall, type Kept, keptBy, keptTensor, saidTensor } from './kept.ts';
import { ofLibrary } from './library.ts';
import { Samples } from './samples.ts';
import { stagesOf } from './stages.ts';
import {
  areListed,
  type Branch,
  containerOf,
  type Expression,
  isChain,
  type Leaf,
  leavesOf,
  type Member,
  sequenceOf,
  treeOf,
} from './tree.ts';

/** A tensor that a container has beside its modules. */
export interface Registered extends Member {
  /** `self.encoder` */
  readonly owner: string;
}

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

/** What a scope is made of: each item's form, and who reads what. */
class Ground {
  readonly scope: Scope;
  readonly forms: ReadonlyMap<string, TorchForm | undefined>;
  readonly readers: ReadonlyMap<string, number>;
  /** Constants that are numbers of the code, as they are written. */
  readonly numbers: ReadonlyMap<string, string>;
  /** By item, what it keeps under names that are not its own. */
  readonly kept: ReadonlyMap<string, Kept>;
  /** Items that keep what one before them keeps: by theirs, that one's id. */
  readonly keepers: ReadonlyMap<string, string>;
  /** Further names of modules. */
  readonly aliases: readonly string[];
  readonly #shared: ReadonlySet<string>;

  constructor(scope: Scope) {
    this.scope = scope;
    const { items, outputs } = scope;
    this.forms = new Map(
      items.map((item) => [item.id, item.kind === 'block' ? ofLibrary(item) : formIn(forms, item)]),
    );
    const readers = new Map<string, number>();
    for (const source of [...items.flatMap(({ inputs }) => inputs), ...outputs])
      readers.set(keyOf(source), (readers.get(keyOf(source)) ?? 0) + 1);
    this.readers = readers;
    this.numbers = numbersIn(items, outputs);
    const { kept, keepers } = keptIn(items, this.forms);
    this.kept = kept;
    this.keepers = keepers;
    this.aliases = items.flatMap(({ state }) => state?.also ?? []);
    this.#shared = new Set(items.flatMap(({ id, twin }) => (twin === undefined ? [] : [id, twin])));
  }

  isMember(item: ScopeItem): boolean {
    if (item.twin !== undefined || this.numbers.has(item.id) || this.kept.has(item.id)) return false;
    return item.kind === 'block' || item.kind === 'constant' || this.forms.get(item.id)?.module !== undefined;
  }

  /** Whether an nn.Sequential may call it. */
  isPlain(item: ScopeItem): boolean {
    const form = this.forms.get(item.id);
    if (item.inputs.length !== 1 || item.outputDims.length !== 1 || this.#shared.has(item.id)) return false;
    if (this.kept.has(item.id)) return false;
    return form ? form.module !== undefined && form.call === undefined : item.kind === 'block';
  }

  readonly follows = (before: ScopeItem, item: ScopeItem): boolean => {
    const [source] = item.inputs;
    return source?.item === before.id && source.output === 0 && this.readers.get(keyOf(source)) === 1;
  };

  isChain(branch: Branch): boolean {
    return leavesOf(branch).every((leaf) => this.isPlain(leaf)) && isChain(branch, this.follows);
  }

  readonly leaf = (item: ScopeItem, weight?: string): Expression => {
    if (weight !== undefined && item.kind !== 'block') return { kind: 'tensor', ...keptTensor(item, weight) };
    const form = this.forms.get(item.id)?.module;
    if (item.kind === 'block') return form ? { kind: 'module', form } : { kind: 'block', item };
    if (item.kind !== 'constant') return { kind: 'module', form: form! };
    const [size] = item.outputDims as readonly [readonly number[]];
    const dims =
      size.length === 0 ? [first('size', '()')] : size.map((extent) => first('size', String(extent)));
    const kept = item.state?.persistent === false ? ({ persistent: false } as const) : {};
    const said = saidTensor(item);
    if (said) return { kind: 'tensor', ...said, ...kept };
    const fill = Number(item.params.fill);
    const made =
      fill === 0
        ? { callee: 'torch.zeros', arguments: dims }
        : {
            callee: 'torch.full',
            arguments: [
              first('size', size.length === 0 ? '()' : tuple(size)),
              first('fill_value', literal(fill)),
            ],
          };
    return { kind: 'tensor', form: made, learned: item.params.learned === true, ...kept };
  };
}

/** Names are given once; who keeps the same places as one before shares that one's. */
function keptIn(items: readonly ScopeItem[], known: ReadonlyMap<string, TorchForm | undefined>) {
  const kept = new Map<string, Kept>();
  const keepers = new Map<string, string>();
  const taken = new Map<string, ScopeItem>();
  for (const item of items) {
    const own = item.twin === undefined ? keptBy(item, known.get(item.id)) : undefined;
    if (!own) continue;
    const names = [...own.values()];
    const holder = taken.get(names[0]!);
    if (holder?.kind === 'gather' && item.kind === 'gather' && isSamePlaces(holder, item)) {
      kept.set(item.id, own);
      keepers.set(item.id, holder.id);
    } else if (names.every((name) => !taken.has(name)) && new Set(names).size === names.length) {
      kept.set(item.id, own);
      for (const name of names) taken.set(name, item);
    }
  }
  return { kept, keepers };
}

function isSamePlaces(a: ScopeItem, b: ScopeItem): boolean {
  return String([a.params.indices, a.state?.shape]) === String([b.params.indices, b.state?.shape]);
}

/** What takes a number as readily as a tensor, as both are operands of one of Python's operators. */
const ofNumbers: ReadonlySet<string> = new Set(['add', 'subtract', 'multiply', 'divide', 'power']);

/**
 * Constants of one element that say what they hold and meet nothing but tensors of at least as many axes: they are no
 * tensors of the module, as nothing is lost when they are written as the numbers that they are.
 */
function numbersIn(items: readonly ScopeItem[], outputs: Scope['outputs']): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const item of items) {
    const { id, kind, params, outputDims, twin, state } = item;
    const number = Number(params.fill);
    const isOne = kind === 'constant' && outputDims[0]!.every((extent) => extent === 1) && !saidTensor(item);
    const isSaid = number !== 0 || state?.persistent === false;
    if (isOne && params.learned !== true && twin === undefined && isSaid)
      found.set(id, number < 0 ? `(${literal(number)})` : literal(number));
  }
  const rankOf = new Map(items.map(({ id, outputDims }) => [id, outputDims[0]?.length ?? 0]));
  for (const { kind, inputs, inputDims } of items)
    for (const [at, { item }] of inputs.entries()) {
      if (item === undefined || !found.has(item)) continue;
      const others = inputs.filter((_, i) => i !== at);
      const meetsTensors = others.every((other) => other.item === undefined || !found.has(other.item));
      const isSmall = inputDims.every((dims, i) => i === at || dims.length >= rankOf.get(item)!);
      if (!ofNumbers.has(kind) || !meetsTensors || !isSmall) found.delete(item);
    }
  for (const { item } of outputs) if (item !== undefined) found.delete(item);
  return found;
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
  const top = [...tree.children].map(([name, branch]): Member => {
    const own = found.topName(name);
    return { name: own, expression: found.place(branch, own, `self.${own}`) };
  });
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
    const access = found.accessOf(tree, id);
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

/** Where everything lies, while it is placed. */
class Finding {
  readonly paths = new Map<string, string>();
  readonly accesses = new Map<string, string>();
  readonly chains = new Map<string, { readonly items: readonly ScopeItem[]; readonly access: string }>();
  readonly registered: Registered[] = [];
  readonly #ground: Ground;
  readonly #names: Names;
  readonly #wishes: ReadonlySet<string>;

  constructor(ground: Ground, wishes: readonly string[]) {
    this.#ground = ground;
    this.#names = new Names();
    this.#wishes = new Set(wishes.filter(isAttribute));
    for (const wish of this.#wishes) this.#names.takeAttribute(wish);
  }

  /** Names that can be kept are, whatever others become. */
  topName(wanted: string): string {
    return this.#wishes.has(wanted) ? wanted : this.#names.takeAttribute(wanted);
  }

  place(branch: Branch, path: string, access: string): Expression {
    if (branch.item) {
      const { item, weight } = branch;
      const key = weight === undefined ? item.id : `${item.id}/${weight}`;
      this.paths.set(key, path);
      this.accesses.set(key, access);
      return this.#ground.leaf(item, weight);
    }
    if (this.#ground.isChain(branch) && !this.#hasAlias(path)) {
      const items = leavesOf(branch);
      for (const item of items) this.chains.set(item.id, { items, access });
      this.#placeBelow(branch, path);
      return sequenceOf(branch, this.#ground.leaf);
    }
    const parameters = this.#parametersIn(branch);
    if (parameters) {
      const parts = parameters.map((child, i): Member => {
        const expression = this.place(child, `${path}.${i}`, `${access}[${i}]`);
        return { name: String(i), expression };
      });
      return { kind: 'parameters', parts };
    }
    const isTensor = (child: Branch) => child.item?.kind === 'constant' || child.weight !== undefined;
    const modules = [...branch.children].filter(([, child]) => !isTensor(child));
    const listed = areListed(modules.map(([name]) => name));
    const parts = [...branch.children].map(([name, child]): Member => {
      const below = `${access}${listed && !isTensor(child) ? `[${name}]` : accessText(name)}`;
      const expression = this.place(child, `${path}.${name}`, below);
      return { name, expression };
    });
    for (const part of parts)
      if (part.expression.kind === 'tensor') this.registered.push({ ...part, owner: access });
    return containerOf(parts.filter(({ expression }) => expression.kind !== 'tensor'));
  }

  /** How an item's module is reached, in a chain too. */
  accessOf(tree: Branch, id: string): string | undefined {
    if (!this.chains.has(id)) return this.accesses.get(id);
    let [at, access]: [Branch | undefined, string] = [tree, 'self'];
    for (const part of this.paths.get(id)!.split('.')) {
      const isListed = at !== tree && [...(at?.children.keys() ?? [])].every((name) => /^\d+$/.test(name));
      access += isListed ? `[${part}]` : accessText(part);
      at = at?.children.get(part);
    }
    return access;
  }

  /** Whether something that lies elsewhere is also in here: then it is not called as one. */
  #hasAlias(path: string): boolean {
    return this.#ground.aliases.some((name) => name.startsWith(`${path}.`));
  }

  /** How a container is reached that is there. */
  ownerOf(tree: Branch, parts: readonly string[]): string | undefined {
    let at: Branch | undefined = tree;
    for (const part of parts) at = at?.item ? undefined : at?.children.get(part);
    if (!at || at.item) return undefined;
    return parts.length === 0 ? 'self' : `self.get_submodule(${JSON.stringify(parts.join('.'))})`;
  }

  /** Learned tensors that are numbered from 0 on, and nothing beside them. */
  #parametersIn({ children }: Branch): readonly Branch[] | undefined {
    const isParameter = ({ item, weight }: Branch): boolean => {
      if (item === undefined || (item.kind !== 'constant' && weight === undefined)) return false;
      const leaf = this.#ground.leaf(item, weight);
      return leaf.kind === 'tensor' && leaf.learned;
    };
    if (![...children.values()].every(isParameter) || !areListed([...children.keys()])) return undefined;
    return [...children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
  }

  #placeBelow(branch: Branch, path: string): void {
    if (branch.item) this.paths.set(branch.item.id, path);
    for (const [name, child] of branch.children) this.#placeBelow(child, `${path}.${name}`);
  }
}

/** What containers have themselves. */
const ofContainers = new Set('append clear extend insert items keys pop update values'.split(' '));

function accessText(name: string): string {
  return isAttribute(name) && !ofContainers.has(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
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
    const wanted = access === undefined ? snake(head.kind) : /^self\.(\w+)/u.exec(access)![1]!;
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

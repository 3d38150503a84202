import { first } from '../code/form.ts';
import { formIn } from '../code/form-table.ts';
import { isAttribute, literal, Names, tuple } from '../code/python.ts';
import type { Scope, ScopeItem } from '../code/scope.ts';
import { keyOf, Variables } from '../code/variables.ts';
import { forms, type TorchForm } from './forms.ts';
import { stagesOf } from './stages.ts';
import {
  areListed,
  type Branch,
  containerOf,
  type Expression,
  isChain,
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

/** The two halves of a module: its members, and the statements of `forward`. */
export interface Layout {
  readonly members: readonly Member[];
  readonly registered: readonly Registered[];
  /** Whether it is an nn.Sequential of its members, which needs no statements. */
  readonly isRow: boolean;
  readonly parameters: readonly string[];
  readonly statements: readonly string[];
  /** By item id, where its module or tensor lies from here: `conv1`, `layer1.0`. */
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
  readonly #shared: ReadonlySet<string>;

  constructor(scope: Scope) {
    this.scope = scope;
    const { items, outputs } = scope;
    this.forms = new Map(
      items.map((item) => [item.id, item.kind === 'block' ? undefined : formIn(forms, item)]),
    );
    const readers = new Map<string, number>();
    for (const source of [...items.flatMap(({ inputs }) => inputs), ...outputs])
      readers.set(keyOf(source), (readers.get(keyOf(source)) ?? 0) + 1);
    this.readers = readers;
    this.numbers = numbersIn(items, outputs);
    this.#shared = new Set(items.flatMap(({ id, twin }) => (twin === undefined ? [] : [id, twin])));
  }

  isMember(item: ScopeItem): boolean {
    if (item.twin !== undefined || this.numbers.has(item.id)) return false;
    return item.kind === 'block' || item.kind === 'constant' || this.forms.get(item.id)?.module !== undefined;
  }

  /** Whether an nn.Sequential may call it. */
  isPlain(item: ScopeItem): boolean {
    const form = this.forms.get(item.id);
    if (item.inputs.length !== 1 || item.outputDims.length !== 1 || this.#shared.has(item.id)) return false;
    return item.kind === 'block' || (form?.module !== undefined && form.call === undefined);
  }

  readonly follows = (before: ScopeItem, item: ScopeItem): boolean => {
    const [source] = item.inputs;
    return source?.item === before.id && source.output === 0 && this.readers.get(keyOf(source)) === 1;
  };

  isChain(branch: Branch): boolean {
    return leavesOf(branch).every((leaf) => this.isPlain(leaf)) && isChain(branch, this.follows);
  }

  readonly leaf = (item: ScopeItem): Expression => {
    if (item.kind === 'block') return { kind: 'block', item };
    if (item.kind !== 'constant') return { kind: 'module', form: this.forms.get(item.id)!.module! };
    const [size] = item.outputDims as readonly [readonly number[]];
    const dims =
      size.length === 0 ? [first('size', '()')] : size.map((extent) => first('size', String(extent)));
    const fill = Number(item.params.fill);
    const form =
      fill === 0
        ? { callee: 'torch.zeros', arguments: dims }
        : {
            callee: 'torch.full',
            arguments: [
              first('size', size.length === 0 ? '()' : tuple(size)),
              first('fill_value', literal(fill)),
            ],
          };
    return { kind: 'tensor', form, learned: item.params.learned === true };
  };
}

/** What takes a number as readily as a tensor, as both are operands of one of Python's operators. */
const ofNumbers: ReadonlySet<string> = new Set(['add', 'subtract', 'multiply', 'divide', 'power']);

/**
 * Constants of one element that say what they hold and meet nothing but tensors of at least as many axes: they are no
 * tensors of the module, as nothing is lost when they are written as the numbers that they are.
 */
function numbersIn(items: readonly ScopeItem[], outputs: Scope['outputs']): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, kind, params, outputDims, twin } of items) {
    const number = Number(params.fill);
    const isOne = kind === 'constant' && outputDims[0]!.every((extent) => extent === 1);
    if (isOne && params.learned !== true && twin === undefined && number !== 0)
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
  const helpers = new Set([...ground.forms.values()].flatMap((form) => form?.helpers ?? []));
  const row = rowOf(ground);
  if (row) return { ...row, helpers };
  return { ...treeLayout(ground), isRow: false, helpers };
}

/** The scope as one nn.Sequential: all that it holds is numbered, and called in order. */
function rowOf(ground: Ground) {
  const { items, outputs } = ground.scope;
  const steps = items.filter(({ kind }) => kind !== 'input' && kind !== 'output');
  if (steps.length < 2 || outputs.length !== 1 || items.some(({ kind }, i) => kind === 'input' && i > 0))
    return undefined;
  if (!steps.every((item) => /^_\d/.test(item.id) && ground.isPlain(item))) return undefined;
  const tree = treeOf(steps, ({ id }) => id.slice(1).split('.'));
  const ends = outputs[0]!.item === steps.at(-1)!.id && ground.readers.get(keyOf(outputs[0]!)) === 1;
  if (!ends || leavesOf(tree).length < steps.length || !ground.isChain(tree)) return undefined;
  const sequence = sequenceOf(tree, ground.leaf);
  if (sequence.kind !== 'sequence' || !sequence.numbered) return undefined;
  const paths = new Map(steps.map(({ id }) => [id, id.slice(1)]));
  return { members: sequence.parts, registered: [], isRow: true, parameters: ['x'], statements: [], paths };
}

function treeLayout(ground: Ground) {
  const { items } = ground.scope;
  const members = items.filter((item) => ground.isMember(item));
  const tree = treeOf(members, namesOf(members, stagesOf(items, ground.readers)));
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
  const units = unitsOf(items, found);
  return { members: top, registered: found.registered, ...forwardOf(ground, units), paths: found.paths };
}

/** The names that an item lies under. Below what is a module itself nothing else can lie. */
function namesOf(members: readonly ScopeItem[], stages: ReadonlyMap<string, string>) {
  const nameOf = ({ id, named }: ScopeItem): string => stages.get(id) ?? named ?? id;
  const names = new Set(members.map(nameOf));
  return (item: ScopeItem): readonly string[] => {
    const parts = nameOf(item).split('.');
    const isBelow = parts.some((_, i) => i > 0 && names.has(parts.slice(0, i).join('.')));
    const hasGaps = parts.some((part) => part === '');
    return isBelow || hasGaps ? [parts.join('_')] : parts;
  };
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
      this.paths.set(branch.item.id, path);
      this.accesses.set(branch.item.id, access);
      return this.#ground.leaf(branch.item);
    }
    if (this.#ground.isChain(branch)) {
      const items = leavesOf(branch);
      for (const item of items) this.chains.set(item.id, { items, access });
      this.#placeBelow(branch, path);
      return sequenceOf(branch, this.#ground.leaf);
    }
    const parameters = parametersIn(branch);
    if (parameters) {
      for (const [i, item] of parameters.entries()) {
        this.paths.set(item.id, `${path}.${i}`);
        this.accesses.set(item.id, `${access}[${i}]`);
      }
      const parts = parameters.map((item, i) => ({ name: String(i), expression: this.#ground.leaf(item) }));
      return { kind: 'parameters', parts };
    }
    const isTensor = (child: Branch) => child.item?.kind === 'constant';
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

  #placeBelow(branch: Branch, path: string): void {
    if (branch.item) this.paths.set(branch.item.id, path);
    for (const [name, child] of branch.children) this.#placeBelow(child, `${path}.${name}`);
  }
}

/** Learned tensors that are numbered from 0 on, and nothing beside them. */
function parametersIn({ children }: Branch): readonly ScopeItem[] | undefined {
  const items = [...children.values()].flatMap(({ item }) =>
    item?.kind === 'constant' && item.params.learned === true ? [item] : [],
  );
  if (items.length < children.size || !areListed([...children.keys()])) return undefined;
  return [...children].sort(([a], [b]) => Number(a) - Number(b)).map(([, { item }]) => item!);
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

/** The statements. */
function forwardOf({ scope, forms: known, numbers }: Ground, units: readonly Unit[]) {
  const heads = units.map(({ items }) => items[0]!);
  const variables = new Variables([...heads.flatMap(({ inputs }) => inputs), ...scope.outputs]);
  const inputs = heads.filter(({ kind }) => kind === 'input');
  const parameters =
    inputs.length === 1
      ? [variables.bind(`${inputs[0]!.id}:0`, 'x')]
      : inputs.map(({ id }) => variables.parameter(`${id}:0`, id));
  const readsScope = heads.some((head) => head.inputs.some(({ item }) => item === undefined));
  if (inputs.length === 0 && readsScope) parameters.push(variables.bind('@:0', 'x'));
  const statements: string[] = [];
  const constants = new Set(scope.items.flatMap(({ kind, id }) => (kind === 'constant' ? [id] : [])));
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
    const args = forAllSamples(head, variables.read(head.inputs), constants);
    const form = items.length === 1 ? known.get(head.id) : undefined;
    const self = access ?? 'self';
    const value = form?.call ? form.call(self, args) : `${self}(${args.join(', ')})`;
    const wanted = access === undefined ? snake(head.kind) : /^self\.(\w+)/u.exec(access)![1]!;
    const targets = variables.bindOutputs(tail, wanted, args);
    const single = tail.outputDims.length === 1 && form?.call && head.kind === 'split';
    statements.push(`${targets.join(', ')}${single ? ',' : ''} = ${value}`);
  }
  statements.push(`return ${scope.outputs.map((source) => variables.of(source)).join(', ')}`);
  return { parameters, statements };
}

/** What the module holds itself, joined to the tokens of each sample: it is there once for each. */
function forAllSamples(
  { kind, inputs, inputDims }: ScopeItem,
  args: readonly string[],
  constants: ReadonlySet<string>,
): readonly string[] {
  const isHeld = inputs.map(({ item }) => item !== undefined && constants.has(item));
  const sample = isHeld.indexOf(false);
  if (kind !== 'concat' || sample < 0) return args;
  return args.map((arg, i) =>
    isHeld[i] && inputDims[i]![0] === 1
      ? `${arg}.expand(${[`${args[sample]}.shape[0]`, ...inputDims[i]!.slice(1).map(() => '-1')].join(', ')})`
      : arg,
  );
}

/** What has no name of its own is called by what it does. */
function snake(kind: string): string {
  return kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

import { first } from '../code/form.ts';
import { formIn } from '../code/form-table.ts';
import { literal, tuple } from '../code/python.ts';
import type { Scope, ScopeItem } from '../code/scope.ts';
import { keyOf } from '../code/variables.ts';
import { forms, type TorchForm } from './forms.ts';
import { type Kept, keptBy, keptTensor, saidTensor } from './kept.ts';
import { ofLibrary } from './library.ts';
import { type Branch, type Expression, isChain, leavesOf } from './tree.ts';

/** What a scope is made of: each item's form, and who reads what. */
export class Ground {
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

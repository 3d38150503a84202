import type { Holder, Scope, ScopeItem } from '../code/scope.ts';
import type { Variables } from '../code/variables.ts';

const types = { list: 'list[Tensor]', tuple: 'tuple[Tensor, ...]', dict: 'dict[str, Tensor]' } as const;

/** Values that lie in one variable: in a row, or by their keys. */
interface Held {
  readonly variable: string;
  readonly kind: 'list' | 'tuple' | 'dict';
  readonly keys: readonly (string | undefined)[];
}

/** Which values of a scope lie in lists, tuples and dicts, and how those are handed on. */
export class Holding {
  readonly #variables: Variables;
  /** By the texts of what they hold. */
  readonly #held = new Map<string, Held>();

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** What `forward` of a block takes, with its types. */
  parametersOf({ inputNames, inputHolders = [] }: Scope): readonly string[] {
    const names = inputNames ?? ['x'];
    return groupsOf(names.map((_, i) => inputHolders[i])).map(({ holder, at }) => {
      const [first] = at as [number];
      if (!holder) return `${this.#variables.parameter(`@:${first}`, names[first]!)}: Tensor`;
      const key = `@${holder.name}`;
      const variable = this.#variables.parameter(key, holder.name);
      const keys = at.map((i) => inputHolders[i]!.key);
      const elements = at.map((i, place) => [`@:${i}`, accessOf(keys[place], place)] as const);
      this.#hold(key, elements, { variable, kind: holder.kind === 'star' ? 'tuple' : holder.kind, keys });
      return holder.kind === 'star' ? `*${variable}: Tensor` : `${variable}: ${types[holder.kind]}`;
    });
  }

  /** The variables for what an item gives: one for all of a dict, and of a list that is handed on as it is. */
  targetsOf(item: ScopeItem, wanted: string, args: readonly string[], isWhole: boolean): readonly string[] {
    const { outputKeys, outputsListed } = item.kind === 'block' ? item.inside : {};
    const count = item.outputDims.length;
    if (!outputKeys && !(outputsListed && (isWhole || count === 1)))
      return this.#variables.bindOutputs(item, wanted, args);
    const keys = Array.from({ length: count }, (_, i) => outputKeys?.[i]);
    const elements = keys.map((key, i) => [`${item.id}:${i}`, accessOf(key, i)] as const);
    const variable = this.#variables.bind(`${item.id}:`, wanted, args);
    this.#hold(`${item.id}:`, elements, { variable, kind: outputKeys ? 'dict' : 'list', keys });
    return [variable];
  }

  /** What a block is called with: what lies in one is handed on as it is, or put together anew. */
  argumentsOf(item: ScopeItem, args: readonly string[]): readonly string[] {
    const holders = item.kind === 'block' ? item.inside.inputHolders : undefined;
    if (!holders) return args;
    return groupsOf(args.map((_, i) => holders[i])).map(({ holder, at }) => {
      const texts = at.map((i) => args[i]!);
      if (!holder || holder.kind === 'star') return texts.join(', ');
      const keys = at.map((i) => holders[i]!.key);
      const held = this.#held.get(texts.join());
      if (held?.kind === holder.kind && keys.every((key, i) => key === held.keys[i])) return held.variable;
      if (holder.kind === 'dict') return `{${texts.map((text, i) => `"${keys[i]}": ${text}`).join(', ')}}`;
      if (holder.kind === 'list') return `[${texts.join(', ')}]`;
      return texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
    });
  }

  /** The list or tuple that holds these and no others. */
  wholeOf(args: readonly string[]): string | undefined {
    const held = this.#held.get(args.join());
    return held?.kind === 'dict' ? undefined : held?.variable;
  }

  /** What a scope gives back, by the expressions of its results. */
  resultOf({ outputKeys, outputsListed }: Scope, results: readonly string[]): string {
    const held = this.#held.get(results.join());
    if (outputKeys) {
      if (held && outputKeys.every((key, i) => key === held.keys[i])) return held.variable;
      return `{${outputKeys.map((key, i) => `"${key}": ${results[i]}`).join(', ')}}`;
    }
    if (!outputsListed) return results.join(', ');
    return held?.kind === 'list' ? held.variable : `[${results.join(', ')}]`;
  }

  #hold(key: string, elements: readonly (readonly [key: string, access: string])[], held: Held): void {
    this.#variables.hold(key, elements);
    this.#held.set(elements.map(([, access]) => `${held.variable}${access}`).join(), held);
  }
}

function accessOf(key: string | undefined, place: number): string {
  return key === undefined ? `[${place}]` : `["${key}"]`;
}

interface Group {
  readonly holder: Holder | undefined;
  /** Places among all values. */
  readonly at: readonly number[];
}

/** Values by what they lie in, in the order in which that is first met. Only what is last can be all that are left. */
function groupsOf(holders: readonly (Holder | undefined)[]): readonly Group[] {
  const groups = new Map<string, { holder: Holder | undefined; at: number[] }>();
  for (const [i, holder] of holders.entries()) {
    const key = holder ? `${holder.kind} ${holder.name}` : String(i);
    const group = groups.get(key) ?? { holder, at: [] };
    group.at.push(i);
    groups.set(key, group);
  }
  const found = [...groups.values()];
  return found.map(({ holder, at }, i) => {
    const isInside = holder?.kind === 'star' && i < found.length - 1;
    return { at, holder: isInside ? { ...holder, kind: 'tuple' } : holder };
  });
}

/** Items that give a list of which another takes all as one. */
export function takenWhole(items: readonly ScopeItem[]): ReadonlySet<string> {
  const counts = new Map(items.map(({ id, outputDims }) => [id, outputDims.length]));
  const found = new Set<string>();
  for (const item of items) {
    const holders = item.kind === 'block' ? (item.inside.inputHolders ?? []) : [];
    const groups =
      item.kind === 'concat'
        ? [item.inputs.map((_, i) => i)]
        : groupsOf(holders).flatMap(({ holder, at }) => (holder?.kind === 'list' ? [at] : []));
    for (const at of groups) {
      const sources = at.map((i) => item.inputs[i]!);
      const [{ item: id } = { item: undefined }] = sources;
      const isAll = sources.every((source, i) => source.item === id && source.output === i);
      if (id !== undefined && isAll && counts.get(id) === sources.length) found.add(id);
    }
  }
  return found;
}

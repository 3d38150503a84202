import { Names } from './python.ts';
import type { ScopeItem, ScopeSource } from './scope.ts';

/** A value of a scope, as a key. */
export const keyOf = ({ item, output }: ScopeSource): string => `${item ?? '@'}:${output}`;

/** The variables of a function: `x` and then `out` are used again once nothing needs what they hold. */
export class Variables {
  readonly #names: Names;
  readonly #readers = new Map<string, number>();
  /** What the variables that may be used again hold. */
  readonly #holds = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  /** Of what holds values: their keys. */
  readonly #elements = new Map<string, readonly string[]>();

  /** `readers` are all places where a value is read, as often as it is. */
  constructor(readers: readonly ScopeSource[], taken: readonly string[] = []) {
    this.#names = new Names(['x', 'out', ...taken]);
    for (const source of readers) this.#readers.set(keyOf(source), this.#left(keyOf(source)) + 1);
  }

  /** An input under a name of its own, which is never used for anything else; `x` is, once it is needed no more. */
  parameter(key: string, wanted: string): string {
    const isFirst = wanted === 'x' && !this.#holds.has('x');
    if (isFirst) this.#holds.set('x', key);
    const name = isFirst ? 'x' : this.#names.take(wanted);
    this.#variables.set(key, name);
    return name;
  }

  /** The variable for a new value, made from these: one of theirs where that is needed no more. */
  bind(key: string, wanted: string, from: readonly string[] = []): string {
    // A branch goes on in its own variable; of `branch2.0.conv` the branch is name enough.
    const own = from.filter((name) => this.#holds.has(name));
    const free = [...own, 'x', 'out'].find((name) => this.#isFree(name));
    const name = free ?? this.#names.take(wanted.split('.')[0]!);
    this.#holds.set(name, key);
    this.#variables.set(key, name);
    return name;
  }

  /** The variables for all that an item gives, made from these. */
  bindOutputs({ id, outputDims }: ScopeItem, wanted: string, from: readonly string[]): readonly string[] {
    const several = outputDims.length > 1;
    return outputDims.map((_, i) => {
      const key = `${id}:${i}`;
      // What nobody takes has no name.
      return several && this.#left(key) === 0
        ? '_'
        : this.bind(key, several ? `${wanted}_${i}` : wanted, from);
    });
  }

  /** Lets what has a variable hold values, each reached by what follows the variable: `[0]`, `["high"]`. */
  hold(key: string, elements: readonly (readonly [key: string, access: string])[]): void {
    this.#elements.set(
      key,
      elements.map(([element]) => element),
    );
    const variable = this.#variables.get(key)!;
    for (const [element, access] of elements) this.#variables.set(element, `${variable}${access}`);
  }

  /** What has a name already. */
  name(key: string, name: string): void {
    this.#variables.set(key, name);
  }

  of(source: ScopeSource): string {
    return this.#variables.get(keyOf(source))!;
  }

  /** The variables of what is read here, each then needed once less. */
  read(sources: readonly ScopeSource[]): readonly string[] {
    const names = sources.map((source) => this.of(source));
    for (const source of sources) this.#readers.set(keyOf(source), this.#left(keyOf(source)) - 1);
    return names;
  }

  #left(key: string): number {
    const elements = this.#elements.get(key);
    if (elements) return elements.reduce((sum, element) => sum + this.#left(element), 0);
    return this.#readers.get(key) ?? 0;
  }

  #isFree(name: string): boolean {
    const held = this.#holds.get(name);
    return held === undefined ? name === 'x' || this.#holds.has('x') : this.#left(held) === 0;
  }
}

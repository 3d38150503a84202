import type { OnnxAttribute } from './model.ts';

/** Leave to reuse memory, which operators had before operator set 6: it changes no result. */
const NO_RESULT = 'consumed_inputs';

/**
 * A node's attributes, and which of them were asked for. Whoever translates a node knows what it asks for and nothing
 * else: an attribute that nobody asks for may change the result, as those of newer operator sets do.
 */
export class AskedAttributes {
  readonly #given: ReadonlyMap<string, OnnxAttribute>;
  readonly #asked = new Set<string>([NO_RESULT]);

  constructor(given: ReadonlyMap<string, OnnxAttribute>) {
    this.#given = given;
  }

  get(name: string): OnnxAttribute | undefined {
    this.#asked.add(name);
    return this.#given.get(name);
  }

  /** The name of one that nobody asked for. */
  get unasked(): string | undefined {
    return [...this.#given.keys()].find((name) => !this.#asked.has(name));
  }
}

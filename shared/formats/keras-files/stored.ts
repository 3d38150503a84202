import type { Hdf5Contents } from '../weights/hdf5.ts';
import type { LazyWeight } from '../weights/store.ts';

/** Where a layer of Keras lies: its own name and those of the models that it is in, and the same by classes. */
export interface LayerPlace {
  readonly names: readonly string[];
  /** As Keras 3 first saved them: `conv2d_1` is the second of its class in its model. */
  readonly classes: readonly string[];
}

/** A weight of a layer: what it is called there, and which of the layer's weights it is; below a part of the layer, if there is one. */
export interface WeightName {
  readonly part?: string;
  readonly role: string;
  readonly index: number;
}

const around = new Set(['model_weights', 'layers', '_layer_checkpoint_dependencies', '_functional']);

/** The tensors of a file, found by the layers that they belong to. */
export class StoredWeights {
  readonly #byPath = new Map<string, LazyWeight>();
  readonly #byOwner = new Map<string, LazyWeight>();
  readonly #byName: boolean;

  /** `layers` are those that have weights. */
  constructor({ tensors }: Pick<Hdf5Contents, 'tensors'>, layers: readonly LayerPlace[]) {
    const groups = new Set<string>();
    for (const [path, tensor] of tensors) {
      const parts = path.split('/').filter((part, i, all) => i === all.length - 1 || !around.has(part));
      const at = parts.lastIndexOf('vars');
      if (at >= 0) {
        this.#byPath.set(parts.join('/'), tensor);
        for (let length = 1; length <= at; length++) groups.add(parts.slice(0, length).join('/'));
        continue;
      }
      const role = parts.at(-1)!.replace(/:0$/, '');
      const [top] = parts;
      const owners = new Set(parts.slice(1, -1));
      for (const owner of ['', ...owners]) {
        for (const part of ['', parts.at(-2) ?? '']) {
          const key = [top, owner, part, role].join('\n');
          if (!this.#byOwner.has(key)) this.#byOwner.set(key, tensor);
        }
      }
    }
    this.#byName = layers.every(({ names }) => groups.has(names.join('/')));
  }

  find({ names, classes }: LayerPlace, { part, role, index }: WeightName): LazyWeight | undefined {
    for (const place of this.#byName ? [names] : [classes, names]) {
      const inside = part === undefined ? [[]] : [[`${part}_dense`], [`_${part}_dense`]];
      for (const each of inside) {
        const found = this.#byPath.get([...place, ...each, 'vars', index].join('/'));
        if (found) return found;
      }
    }
    const owner = names.length > 1 ? names.at(-1)! : '';
    const inside = part === undefined ? [''] : [part, `attention_${part}`];
    for (const each of inside) {
      const found = this.#byOwner.get([names[0], owner, each, role].join('\n'));
      if (found) return found;
    }
    return undefined;
  }
}

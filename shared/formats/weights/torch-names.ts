import type { PhraseValue } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { PickleDict, PickleRecord, type PickleValue } from './pickle-values.ts';
import { type Refusal, refuseAt } from './source.ts';
import { isTensor } from './torch-tensors.ts';

export const say = messages('formats/weights/torch-names', {
  'holds-no-tensors': 'holds no tensors',
  'holds-others': 'holds no tensors, but {{others}}',
  'nests-too-deep': 'nests too deep to be a state_dict',
  'where-should-be': 'has a "{{name}}" where "{{name2}}" should be a tensor',
  'checkpoint-without-weights': [
    'The checkpoint {{why}}.',
    "Save the tensors alone: torch.save(model.state_dict(), 'weights.pth').",
  ],
});

/** Under which a training script keeps the state_dict among other things, the likeliest first. */
const nests = ['state_dict', 'model_state_dict', 'model', 'module', 'net', 'network', 'params_ema', 'params'];
/** What a training script keeps beside them. */
const besides = /^(optim|lr_?sched|sched|scaler|callbacks|loops|hparams|hyper_parameters|ema)/;
const MAX_DEPTH = 64;
const MAX_VISITED = 1_000_000;

/**
 * The tensors of saved objects under the names of a state_dict: of a dict, of one inside of it, or of a whole module that
 * was saved. Throws a Refusal where there are none, or where one of another class stands in their place.
 */
export function namedTensors(root: PickleValue): ReadonlyMap<string, PickleValue> {
  const walk = new Walk();
  walk.visit(stateOf(root), '', 0);
  if (walk.tensors.size > 0) return walk.tensors;
  if (walk.others.size === 0) throw refuse(say.part('holds-no-tensors'));
  const others = [...walk.others].slice(0, 3).join(', ');
  throw refuse(say.part('holds-others', { others }));
}

function refuse(why: PhraseValue): Refusal {
  return refuseAt(0, say('checkpoint-without-weights', { why }));
}

function stateOf(root: PickleValue): PickleValue {
  let at = root;
  for (let deep = 0; deep < nests.length && at instanceof PickleDict; deep++) {
    const { entries } = at;
    if ([...entries.values()].some(isTensor)) return at;
    const nest = nests.find((key) => {
      const inside = entries.get(key);
      return (inside instanceof PickleDict && inside.entries.size > 0) || isModule(inside);
    });
    if (nest === undefined) return at;
    at = entries.get(nest)!;
  }
  return at;
}

/** An object with attributes: a module that was saved whole. */
function isModule(value: PickleValue | undefined): value is PickleRecord & { readonly state: PickleDict } {
  return value instanceof PickleRecord && value.state instanceof PickleDict;
}

class Walk {
  readonly tensors = new Map<string, PickleValue>();
  /** Classes that were met instead. */
  readonly others = new Set<string>();
  #visited = 0;

  visit(value: PickleValue, name: string, depth: number): void {
    // The same dict may be met in many places; each time all of its entries are looked at.
    this.#visited +=
      value instanceof PickleDict
        ? 1 + value.entries.size
        : isModule(value)
          ? 1 + value.state.entries.size
          : 1;
    if (depth > MAX_DEPTH || this.#visited > MAX_VISITED) throw refuse(say.part('nests-too-deep'));
    if (isTensor(value)) this.tensors.set(name, value);
    else if (value instanceof PickleDict) this.#visitDict(value, name, depth);
    else if (isModule(value)) this.#visitModule(value.state, name, depth);
    else if (value instanceof PickleRecord) this.others.add(`a "${value.made.name}"`);
    else if (Array.isArray(value)) this.#each(value.entries(), name, depth);
  }

  #visitDict({ entries }: PickleDict, name: string, depth: number): void {
    const isState = [...entries.values()].some(isTensor);
    for (const [key, value] of entries) {
      if (!isState || isTensor(value) || nameOf(key).endsWith('_extra_state')) continue;
      if (value instanceof PickleRecord)
        throw refuse(say.part('where-should-be', { name: value.made.name, name2: joined(name, key) }));
    }
    const wanted = [...entries].filter(([key]) => isState || depth > 0 || !besides.test(nameOf(key)));
    this.#each(wanted, name, depth);
  }

  /** A module of Python keeps its weights apart from its other attributes, one of TorchScript does not. */
  #visitModule({ entries }: PickleDict, name: string, depth: number): void {
    const [parameters, buffers, modules] = ['_parameters', '_buffers', '_modules'].map((key) =>
      entries.get(key),
    );
    if (!(parameters instanceof PickleDict) && !(modules instanceof PickleDict)) {
      this.#each(
        [...entries].filter(([, value]) => isTensor(value) || isModule(value)),
        name,
        depth,
      );
      return;
    }
    const unsaved = entries.get('_non_persistent_buffers_set');
    const skipped: ReadonlySet<PickleValue> = new Set(Array.isArray(unsaved) ? unsaved : []);
    for (const part of [parameters, buffers, modules]) {
      if (!(part instanceof PickleDict)) continue;
      this.#each(
        [...part.entries].filter(([key]) => part !== buffers || !skipped.has(key)),
        name,
        depth,
      );
    }
  }

  #each(entries: Iterable<readonly [PickleValue, PickleValue]>, name: string, depth: number): void {
    for (const [key, value] of entries) this.visit(value, joined(name, key), depth + 1);
  }
}

/** Keys may be anything, lists of lists too. */
const nameOf = (key: PickleValue): string =>
  typeof key === 'string' || typeof key === 'number' ? String(key) : '?';

function joined(name: string, key: PickleValue): string {
  return name === '' ? nameOf(key) : `${name}.${nameOf(key)}`;
}

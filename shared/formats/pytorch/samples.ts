import type { Scope, ScopeItem, ScopeSource } from '../code/scope.ts';
import type { TorchForm } from './forms.ts';

/** Where the samples of a value lie: an axis, and how often something else lies there before each. */
interface Place {
  readonly axis: number;
  readonly before: number;
}

const first: Place = { axis: 0, before: 1 };

/** What joins values element by element, or sample by sample. */
const joining: ReadonlySet<string> = new Set(
  (
    'add subtract multiply divide power min max greater greaterOrEqual less lessOrEqual equal and or select matmul attention ' +
    'concat block'
  ).split(' '),
);

/** Which values of a scope hang on nothing that comes in, and where the samples of the others lie. */
export class Samples {
  readonly #held = new Set<string>();
  readonly #places = new Map<string, Place>();

  constructor({ items }: Pick<Scope, 'items'>) {
    for (const item of items) {
      const isHeld = item.kind !== 'input' && item.inputs.every((source) => this.#isHeld(source));
      if (isHeld) this.#held.add(item.id);
      else if (item.kind !== 'output') this.#places.set(item.id, this.#placeIn(item));
    }
  }

  /**
   * What the module holds itself, as it is handed on beside the tokens of each sample: once for each, where it is joined to
   * them, where a module takes both, and where they were joined with other axes.
   */
  forAll(item: ScopeItem, args: readonly string[], form: TorchForm | undefined): readonly string[] {
    const { kind, inputs, inputDims } = item;
    if (!joining.has(kind) || (kind === 'block' && form !== undefined && form.samples === undefined))
      return args;
    const takes = (at: number): boolean => form?.samples?.inputs.includes(at) ?? true;
    const isHeld = inputs.map((source) => this.#isHeld(source));
    const sample = isHeld.findIndex((each, at) => !each && takes(at) && inputDims[at]!.length > 1);
    if (sample < 0) return args;
    const place = this.#placeOf(inputs[sample]!);
    const axis = form?.samples?.axis ?? (kind === 'concat' || kind === 'block' ? 0 : place.axis);
    const there = inputDims[sample]!;
    // Of values that are joined element by element, one for all samples will do.
    const mayStretch = kind === 'concat' || kind === 'block';
    return args.map((arg, i) => {
      const own = inputDims[i]!;
      if (!isHeld[i] || !takes(i) || own.length !== there.length) return arg;
      if (own[axis] === 1 && mayStretch && there[axis] === 1)
        return `${arg}.expand(${own.map((_, at) => (at === axis ? `${args[sample]}.shape[${axis}]` : '-1')).join(', ')})`;
      const isJoined = own[axis] !== 1 && own[axis] === there[axis] && axis === place.axis;
      if (!isJoined) return arg;
      const times = `${args[sample]}.shape[${axis}] // ${own[axis]}`;
      if (place.before > 1) return `${arg}.repeat_interleave(${times}, dim=${axis})`;
      return `${arg}.repeat(${own.map((_, at) => (at === axis ? times : '1')).join(', ')})`;
    });
  }

  #isHeld({ item }: ScopeSource): boolean {
    return item !== undefined && this.#held.has(item);
  }

  #placeOf({ item }: ScopeSource): Place {
    return (item === undefined ? undefined : this.#places.get(item)) ?? first;
  }

  #placeIn({ kind, inputs, inputDims, outputDims, params }: ScopeItem): Place {
    const at = inputs.findIndex((source) => !this.#isHeld(source));
    if (at < 0) return first;
    const place = this.#placeOf(inputs[at]!);
    const [from, to] = [inputDims[at]!, outputDims[0]!];
    if (kind === 'transpose')
      return { ...place, axis: (params.perm as readonly number[]).indexOf(place.axis) };
    if (kind === 'reshape') {
      const rest = (params.shape as readonly number[]).indexOf(-1);
      const axis = rest < 0 ? place.axis : rest;
      const product = (dims: readonly number[]) => dims.reduce((all, extent) => all * extent, 1);
      const before = (product(from.slice(0, place.axis)) * place.before) / product(to.slice(0, axis));
      return { axis, before: Number.isInteger(before) ? before : 1 };
    }
    return from.length === to.length ? place : first;
  }
}

import { type Dims, formatDims, formatSample } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { type Product, product, type Term } from '../base/term.ts';
import {
  type ChoiceParam,
  type IntParam,
  type PaddingParam,
  type PairParam,
  type Param,
  type Params,
  type ParamValue,
  type ParamValues,
  param,
  type ValuesOf,
} from '../schema/params.ts';
import { defineLayer, type Layer, type LayerExample, type WeightSpec } from './define.ts';

export const say = messages('layers/line', {
  'needs-signal:map': [
    '{{title}} needs a signal (channels×length), got a feature map of {{dims}}.',
    'Use the layer for feature maps, or reshape the input to channels×length.',
  ],
  'needs-signal': [
    '{{title}} needs a signal (channels×length), got {{dims}}.',
    'Reshape the input to channels×length.',
  ],
});

/** Signals are feature maps of one row: a layer along them is that of maps, told with one number where maps take two. */
type LineParam<P extends Param> = P extends PairParam ? IntParam : P extends PaddingParam ? PairParam : P;
export type LineParams<S extends Params, O extends keyof S> = {
  readonly [K in Exclude<keyof S, O>]: LineParam<S[K]>;
};

interface LineSpec<K extends string, S extends Params, O extends keyof S> {
  readonly kind: K;
  readonly title: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly formula: string;
  readonly doc: string;
  readonly frequent?: boolean;
  /** What the parameters mean along a line, where the words for maps do not fit. */
  readonly docs: { readonly [N in Exclude<keyof S, O>]?: string };
  /** Parameters that there is no choice of along a line: they keep their defaults. */
  readonly omit?: readonly O[];
  /** Where there is less to choose along a line than on maps. */
  readonly options?: { readonly [N in Exclude<keyof S, O>]?: ChoiceParam['options'] };
  readonly headline: readonly (Exclude<keyof S, O> & string)[];
  readonly examples: readonly LayerExample<ValuesOf<LineParams<S, O>>>[];
}

/** The layer that does to signals what `plane` does to maps. Roles that mean squares are left behind, strides' is not. */
export function defineAlong<const K extends string, S extends Params, O extends keyof S = never>(
  plane: Layer<S>,
  { kind, title, docs, omit = [], options = {}, headline, examples, ...texts }: LineSpec<K, S, O>,
) {
  const own = Object.entries(plane.params).filter(([name]) => !omit.includes(name as O));
  const told = docs as Readonly<Record<string, string>>;
  const fewer = options as Readonly<Record<string, ChoiceParam['options']>>;
  const params = Object.fromEntries(
    own.map(([name, p]) => {
      const along = lineParam(p, told[name] ?? p.doc);
      return [name, fewer[name] ? { ...along, options: fewer[name] } : along];
    }),
  ) as unknown as LineParams<S, O>;
  type Values = ValuesOf<LineParams<S, O>>;
  const whole = (values: Values) => planeParams(plane.params, values as ParamValues) as ValuesOf<S>;
  const at = (values: Values, inputs: readonly Dims[]) => ({
    params: whole(values),
    inputs: inputs.map(planeDims),
  });
  return defineLayer<K, LineParams<S, O>>({
    ...texts,
    kind,
    title,
    group: plane.group,
    icon: plane.icon,
    params,
    inputs: plane.inputs,
    outputs: (values) => plane.outputs(whole(values)),
    headline: headline as readonly (keyof LineParams<S, O> & string)[],
    traits: (values) => plane.traits(whole(values)),
    idle: (values) => plane.idle(whole(values)).filter((name) => Object.hasOwn(params, name)) as never[],
    shape({ params: values, inputs }) {
      const [dims] = inputs as readonly [Dims];
      if (dims.length === 4)
        return say('needs-signal:map', { title, dims: formatSample(dims) }, { port: 'in' });
      if (dims.length !== 3) return say('needs-signal', { title, dims: formatDims(dims) }, { port: 'in' });
      const shapes: readonly Dims[] | Issue = plane.shape(at(values, inputs));
      return isIssue(shapes) ? shapes : shapes.map(lineDims);
    },
    weights: ({ params: values, inputs }) => plane.weights(at(values, inputs)).map(lineWeight),
    cost({ params: values, inputs, outputs, weights }) {
      const cost = plane.cost({ ...at(values, inputs), outputs: outputs.map(planeDims), weights });
      return { macs: lineTerm(cost.macs), otherOps: lineTerm(cost.otherOps) };
    },
    reach: ({ params: values, inputs }) => plane.reach(at(values, inputs)),
    forward({ params: values, inputs, weights, outputs, tally }) {
      const results = plane.forward({
        params: whole(values),
        inputs: inputs.map(asMap),
        weights: Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, asMap(data)])),
        outputs: outputs.map(planeDims),
        tally,
      });
      return results.map(({ data, dims }) => new Tensor('float32', data, lineDims(dims)));
    },
    examples,
  });
}

function lineParam(p: Param, doc: string): Param {
  const { title, symbol, advanced, role } = p;
  const told = { title, doc, ...(symbol && { symbol }), ...(advanced && { advanced }) };
  switch (p.kind) {
    case 'pair':
      return param.int({
        ...told,
        default: p.default[1],
        min: p.min,
        max: p.max,
        ...(role === 'stride' && { role }),
      });
    case 'padding':
      return param.pair({ ...told, default: 0, min: 0, max: p.max });
    case 'ints':
      return role === 'extents' ? { ...p, doc, maxLength: 1 } : { ...p, doc };
    default:
      return { ...p, doc };
  }
}

/** The parameters of the layer for maps that stands for one along a line. */
export function planeParams(plane: Params, values: ParamValues): ParamValues {
  const widened = Object.entries(plane).map(([name, p]): [string, ParamValue] => {
    const value = values[name] ?? p.default;
    if (p.kind === 'pair' && typeof value === 'number') return [name, [p.min, value]];
    if (p.kind === 'padding' && Array.isArray(value)) return [name, [0, value[0]!, 0, value[1]!]];
    if (p.role === 'extents' && Array.isArray(value) && value.length > 0) return [name, [1, ...value]];
    return [name, value];
  });
  return Object.fromEntries(widened);
}

/** And back: what a layer for maps of one row says of them, for the one along a line that has the parameters `line`. */
export function lineParams(plane: Params, line: Params, values: ParamValues): ParamValues {
  const narrowed = Object.entries(values).flatMap(([name, value]): [string, ParamValue][] => {
    if (!Object.hasOwn(line, name)) return [];
    const pair = value as readonly number[];
    if (plane[name]?.kind === 'pair') return [[name, pair[1]!]];
    if (plane[name]?.role === 'extents') return [[name, pair.slice(1)]];
    return [[name, plane[name]?.kind === 'padding' ? [pair[1]!, pair[3]!] : value]];
  });
  return Object.fromEntries(narrowed);
}

/** N×C×L as N×C×1×L; everything else stays. */
export function planeDims(dims: Dims): Dims {
  return dims.length === 3 ? dims.toSpliced(2, 0, 1) : dims;
}

function lineDims(dims: Dims): Dims {
  return dims.length === 4 ? dims.toSpliced(2, 1) : dims;
}

function asMap({ data, dims }: FloatTensor): FloatTensor {
  return new Tensor('float32', data, planeDims(dims));
}

const letters: Readonly<Record<string, string>> = { K_w: 'K', W: 'L', 'W′': 'L′' };
const alongLine = (symbol: string) => letters[symbol] ?? symbol;
const across = new Set(['K_h', 'H', 'H′']);

function lineWeight({ axes, dims, ...rest }: WeightSpec): WeightSpec {
  return { ...rest, axes: axes.filter((axis) => !across.has(axis)).map(alongLine), dims: lineDims(dims) };
}

function lineProduct({ symbols, numbers }: Product): Product {
  const kept = symbols.flatMap((symbol, i) =>
    across.has(symbol) ? [] : [[alongLine(symbol), numbers[i]!] as const],
  );
  return product(...kept);
}

/** The same count without the factors of 1 across the line. */
function lineTerm(term: Term): Term {
  switch (term.kind) {
    case 'product':
      return lineProduct(term);
    case 'times':
      return { ...term, products: term.products.map(lineProduct) };
    case 'sum':
      return { ...term, terms: term.terms.map(lineTerm) };
    case 'multiple':
      return { ...term, term: lineTerm(term.term) };
  }
}

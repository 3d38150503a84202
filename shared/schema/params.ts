import type { Dims } from '../base/dims.ts';

/**
 * The kinds of parameter a layer, block or lint rule can have. From a kind come the TypeScript type of its value,
 * its field in the inspector, its JSON form and JSON Schema, and its range checks: never from the layer.
 */
interface Described<T> {
  readonly title: string;
  /** One sentence for the tooltip and the reference page. */
  readonly doc: string;
  readonly default: T;
  /** The symbol used in formulas: `C_out`, `K`. */
  readonly symbol?: string;
  /** Rarely changed: folded away in the inspector. */
  readonly advanced?: boolean;
  /** What it means, wherever that matters beyond its layer; most mean nothing to others. */
  readonly role?: ParamRole;
}

/**
 * `width`: a number of output channels or features, which a narrower network has less of. `inputWidth`: as many channels
 * as the input has, where that must be said. `groups`: of channels that do not see each other. `repeat`: copies in a row.
 * `expansion`: how many times wider one place of a block is than another. `kernel`, `stride` and `padding`: of a window.
 * `extents`: one for each axis of a map.
 */
export type ParamRole =
  | 'width'
  | 'inputWidth'
  | 'groups'
  | 'repeat'
  | 'expansion'
  | 'kernel'
  | 'stride'
  | 'padding'
  | 'extents';

/** A whole number. */
export interface IntParam extends Described<number> {
  readonly kind: 'int';
  readonly min: number;
  readonly max: number;
}
/** A number. */
export interface FloatParam extends Described<number> {
  readonly kind: 'float';
  readonly min: number;
  readonly max: number;
}
/** True or false. */
export interface FlagParam extends Described<boolean> {
  readonly kind: 'flag';
}
/** One of some values. */
export interface ChoiceParam<C extends string = string> extends Described<C> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: C; readonly title: string }[];
}
/** Height and width. JSON: `3` or `[3, 5]`. */
export type Pair = readonly [height: number, width: number];
/** Height and width, or one number for both. */
export interface PairParam extends Described<Pair> {
  readonly kind: 'pair';
  readonly min: number;
  readonly max: number;
}
/** Zeros added around a map, or `same`: as many as keep ceil(input / stride), the odd one at the end. */
export type Padding = 'same' | readonly [top: number, left: number, bottom: number, right: number];
/** JSON: `'same'`, `1`, `[vertical, horizontal]` or `[top, left, bottom, right]`. */
export interface PaddingParam extends Described<Padding> {
  readonly kind: 'padding';
  readonly max: number;
  readonly allowSame: boolean;
}
/** The extents of one sample, such as `[3, 224, 224]`. */
export interface DimsParam extends Described<Dims> {
  readonly kind: 'dims';
  readonly maxRank: number;
  /** 0 where a single number without axes is meant as well; 1 when left out. */
  readonly minRank?: 0;
}
/** A list of integers such as axes or a permutation. */
export interface IntsParam extends Described<readonly number[]> {
  readonly kind: 'ints';
  readonly min: number;
  readonly max: number;
  readonly maxLength: number;
}
/** A list of numbers. */
export interface FloatsParam extends Described<readonly number[]> {
  readonly kind: 'floats';
  readonly maxLength: number;
  /** Each must be more than zero. */
  readonly positive?: boolean;
}
/** A text. */
export interface TextParam extends Described<string> {
  readonly kind: 'text';
  readonly maxLength: number;
}

/** A parameter: its type, bounds, default and words. */
export type Param =
  | IntParam
  | FloatParam
  | FlagParam
  | ChoiceParam
  | PairParam
  | PaddingParam
  | DimsParam
  | IntsParam
  | FloatsParam
  | TextParam;
export type ParamKind = Param['kind'];
/** Parameters by name. */
export type Params = Readonly<Record<string, Param>>;

/** The value a parameter holds; a choice keeps its literal options. */
export type ValueOf<P extends Param> = P extends ChoiceParam<infer C> ? C : P['default'];
/** The values that parameters so described can have. */
export type ValuesOf<S extends Params> = { readonly [K in keyof S]: ValueOf<S[K]> };
/** Values whose layer is not known at compile time. */
export type ParamValue = number | boolean | string | readonly number[];
/** Values of parameters by name. */
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** The names of the parameters that have a role. */
export function namesWithRole(params: Params, role: ParamRole): readonly string[] {
  return Object.keys(params).filter((name) => params[name]!.role === role);
}

/** The largest extent, channel count or window that the engine accepts. */
export const MAX_EXTENT = 1 << 20;

type Draft<P extends Param> = Omit<P, 'kind'>;

/** Constructors, so that layer files read as tables. */
export const param = {
  int: (p: Omit<Draft<IntParam>, 'min' | 'max'> & { min?: number; max?: number }): IntParam => ({
    kind: 'int',
    min: 1,
    max: MAX_EXTENT,
    ...p,
  }),
  float: (p: Omit<Draft<FloatParam>, 'min' | 'max'> & { min?: number; max?: number }): FloatParam => ({
    kind: 'float',
    min: -1e30,
    max: 1e30,
    ...p,
  }),
  flag: (p: Draft<FlagParam>): FlagParam => ({ kind: 'flag', ...p }),
  choice: <const C extends string>(
    p: Omit<Described<NoInfer<C>>, never> & { options: readonly { value: C; title: string }[] },
  ): ChoiceParam<C> => ({ kind: 'choice', ...p }),
  pair: (
    p: Omit<Draft<PairParam>, 'min' | 'max' | 'default'> & {
      default: number | Pair;
      min?: number;
      max?: number;
    },
  ): PairParam => ({ kind: 'pair', min: 1, max: 4096, ...p, default: toPair(p.default) }),
  padding: (
    p: Omit<Draft<PaddingParam>, 'default' | 'max' | 'allowSame'> & {
      default: number | Padding;
      allowSame?: boolean;
    },
  ): PaddingParam => ({ kind: 'padding', max: 4096, allowSame: true, ...p, default: toPadding(p.default) }),
  dims: (p: Omit<Draft<DimsParam>, 'maxRank'> & { maxRank?: number }): DimsParam => ({
    kind: 'dims',
    maxRank: 5,
    ...p,
  }),
  ints: (
    p: Omit<Draft<IntsParam>, 'min' | 'max' | 'maxLength'> &
      Partial<Pick<IntsParam, 'min' | 'max' | 'maxLength'>>,
  ): IntsParam => ({
    kind: 'ints',
    min: -MAX_EXTENT,
    max: MAX_EXTENT,
    maxLength: 1024,
    ...p,
  }),
  floats: (p: Omit<Draft<FloatsParam>, 'maxLength'> & { maxLength?: number }): FloatsParam => ({
    kind: 'floats',
    maxLength: 1024,
    ...p,
  }),
  text: (p: Omit<Draft<TextParam>, 'maxLength'> & { maxLength?: number }): TextParam => ({
    kind: 'text',
    maxLength: 200,
    ...p,
  }),
};

export function toPair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

export function toPadding(value: number | Padding): Padding {
  return typeof value === 'number' ? [value, value, value, value] : value;
}

/** The values a fresh node starts with. */
export function defaultsOf<S extends Params>(params: S): ValuesOf<S> {
  const values: Record<string, ParamValue> = {};
  for (const [name, { default: value }] of Object.entries(params)) values[name] = value;
  return values as ValuesOf<S>;
}

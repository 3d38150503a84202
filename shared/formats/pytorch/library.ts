import type { Dims } from '../../base/dims.ts';
import { arg, argumentTexts, first } from '../code/form.ts';
import { flag, literal } from '../code/python.ts';
import type { BlockItem, LayerItem, Scope, ScopeItem, ScopeSource } from '../code/scope.ts';
import type { TorchForm } from './forms.ts';

/**
 * The module of PyTorch's own that a block came from, as long as it does what that does: a class that was changed since is
 * written as the class that it is now.
 */
export function ofLibrary(item: BlockItem): TorchForm | undefined {
  return item.origin?.name === 'MultiheadAttention' ? multiheadOf(item) : undefined;
}

/**
 * Attention of tokens to each other or to others, masks added or none, its weights given or not: what `nn.MultiheadAttention`
 * does, and nothing else.
 */
function multiheadOf({ inside, inputDims, origin }: BlockItem): TorchForm | undefined {
  const found = attentionIn(inside);
  if (!found) return undefined;
  const { width, heads, bias, batchFirst, tokens, masks, weights } = found;
  const widths = tokens.map((at) => inputDims[at]!.at(-1)!);
  if (tokens.some((at) => inputDims[at]!.length !== 3) || widths[0] !== width) return undefined;
  const isOfOneMatrix = widths.every((each) => each === width);
  if (found.isOfOneMatrix !== isOfOneMatrix) return undefined;
  const { dropout } = origin?.arguments ?? {};
  return {
    module: {
      callee: 'nn.MultiheadAttention',
      arguments: [
        first('embed_dim', String(width)),
        first('num_heads', String(heads)),
        arg('dropout', typeof dropout === 'number' ? literal(dropout) : '0.0', '0.0'),
        arg('bias', flag(bias), 'True'),
        ...(isOfOneMatrix ? [] : [arg('kdim', String(widths[1])), arg('vdim', String(widths[2]))]),
        arg('batch_first', flag(batchFirst), 'False'),
      ],
    },
    call: (self, given) => {
      const named = [
        arg('need_weights', flag(weights !== undefined), 'True'),
        ...masks.map(({ name, at }) => arg(name, given[at]!)),
        arg('average_attn_weights', flag(weights !== 'by-head'), 'True'),
      ];
      return `${self}(${[...tokens.map((at) => given[at]!), ...argumentTexts(named)].join(', ')})`;
    },
    idle: weights === undefined ? 1 : 0,
    samples: { axis: batchFirst ? 0 : 1, inputs: tokens },
  };
}

interface Attention {
  readonly width: number;
  readonly heads: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  /** Which inputs of the block are queries, keys and values. */
  readonly tokens: readonly [number, number, number];
  /** Which ones are added to the scores. */
  readonly masks: readonly Mask[];
  /** The weights that it gives beside its result, of each head or their mean. */
  readonly weights: Weights | undefined;
  /** Whether queries, keys and values are made by parts of one matrix; else each has its own. */
  readonly isOfOneMatrix: boolean;
}

interface Mask {
  readonly name: 'attn_mask' | 'key_padding_mask';
  /** Which input of the block it is. */
  readonly at: number;
}

type Weights = 'by-head' | 'mean';

/** Heads that look at each other, before what they give is mapped. */
interface Heads {
  readonly count: number;
  /** Queries, keys and values. */
  readonly sources: readonly (ScopeSource | undefined)[];
  /** What is added to the scores. */
  readonly added: readonly { readonly source: ScopeSource; readonly dims: Dims }[];
  readonly weights?: Weights;
}

/** Reads a scope from its result back to what comes in. */
class Reading {
  readonly #items: ReadonlyMap<string, ScopeItem>;
  readonly #read = new Set<string>();

  constructor({ items }: Scope) {
    this.#items = new Map(items.map((item) => [item.id, item]));
  }

  /** What a value is made by, if it is a layer of this kind. */
  behind(source: ScopeSource | undefined, kind: LayerItem['kind']): LayerItem | undefined {
    const item = source?.item === undefined ? undefined : this.#items.get(source.item);
    if (item?.kind !== kind) return undefined;
    this.#read.add(item.id);
    return item as LayerItem;
  }

  /** Which input of the scope a value is. */
  inputAt(source: ScopeSource | undefined): number | undefined {
    return source && source.item === undefined ? source.output : undefined;
  }

  get isDone(): boolean {
    return this.#read.size === this.#items.size;
  }
}

function attentionIn(scope: Scope): Attention | undefined {
  const [end, asked, ...more] = scope.outputs;
  if (!end || more.length > 0) return undefined;
  const reading = new Reading(scope);
  const turned = reading.behind(end, 'transpose');
  if (turned && !swapsTokens(turned)) return undefined;
  const out = reading.behind(turned ? turned.inputs[0] : end, 'linear');
  const heads = asked ? headsInSteps(reading, out?.inputs[0], asked) : wholeHeads(reading, out?.inputs[0]);
  if (!out || !heads || out.id !== 'out_proj' || out.state !== undefined) return undefined;
  const width = Number(out.params.features);
  const bias = out.params.bias === true;
  const batchFirst = turned === undefined;
  const parts =
    partsOfOne(reading, heads.sources, width, bias) ??
    heads.sources.map((source, at) => partOf(reading, source, at, width, bias));
  const [made] = parts;
  if (!made || parts.some((part) => part?.isOfOneMatrix !== made.isOfOneMatrix)) return undefined;
  const tokens = parts.map((part) => tokensAt(reading, part!.tokens, batchFirst));
  const masks = heads.added.flatMap(({ source, dims }) => maskAt(reading, source, dims, heads.count) ?? []);
  if (masks.length < heads.added.length || tokens.includes(undefined)) return undefined;
  if (new Set(masks.map(({ name }) => name)).size < masks.length) return undefined;
  if (!reading.isDone || masks.some(({ at }) => tokens.includes(at))) return undefined;
  const [queries, keys, values] = tokens as [number, number, number];
  return {
    width,
    heads: heads.count,
    bias,
    batchFirst,
    tokens: [queries, keys, values],
    masks,
    weights: heads.weights,
    isOfOneMatrix: made.isOfOneMatrix,
  };
}

/** Heads that are one layer. */
function wholeHeads(reading: Reading, source: ScopeSource | undefined): Heads | undefined {
  const layer = reading.behind(source, 'attention');
  const count = layer && headsOf(layer);
  if (!layer || count === undefined) return undefined;
  const added = layer.inputs.slice(3).map((mask, i) => ({ source: mask, dims: layer.inputDims[3 + i]! }));
  return { count, sources: layer.inputs.slice(0, 3), added };
}

/** Heads whose weights are given, step by step. */
function headsInSteps(
  reading: Reading,
  source: ScopeSource | undefined,
  asked: ScopeSource,
): Heads | undefined {
  const joined = reading.behind(source, 'reshape');
  const mixed = reading.behind(swapped(reading, joined?.inputs[0], '0,2,1,3'), 'matmul');
  const weights = reading.behind(mixed?.inputs[0], 'softmax');
  const values = headsCut(reading, mixed?.inputs[1]);
  if (!weights || !values || ![-1, 3].includes(Number(weights.params.axis))) return undefined;
  const added: Heads['added'][number][] = [];
  let scores = weights.inputs[0];
  for (let sum = reading.behind(scores, 'add'); sum; sum = reading.behind(scores, 'add')) {
    added.unshift({ source: sum.inputs[1]!, dims: sum.inputDims[1]! });
    scores = sum.inputs[0];
  }
  const scaled = reading.behind(scores, 'multiply');
  const scale = reading.behind(scaled?.inputs[1], 'constant');
  const product = reading.behind(scaled?.inputs[0], 'matmul');
  const queries = headsCut(reading, product?.inputs[0]);
  const keys = headsCut(reading, swapped(reading, product?.inputs[1], '0,1,3,2'));
  const isUsual = Math.fround(Number(scale?.params.fill)) === Math.fround((queries?.width ?? 0) ** -0.5);
  if (!queries || !keys || !isUsual) return undefined;
  const mean = asked.item === weights.id ? undefined : reading.behind(asked, 'reduceMean');
  const isMean = mean && mean.inputs[0]!.item === weights.id && String(mean.params.axes) === '1';
  if (asked.item !== weights.id && (!isMean || mean.params.keepDims === true)) return undefined;
  return {
    count: queries.count,
    sources: [queries, keys, values].map((each) => each.source),
    added,
    weights: isMean ? 'mean' : 'by-head',
  };
}

/** What is turned so. */
function swapped(reading: Reading, source: ScopeSource | undefined, perm: string): ScopeSource | undefined {
  const turned = reading.behind(source, 'transpose');
  return turned && String(turned.params.perm) === perm ? turned.inputs[0] : undefined;
}

/** What is cut into heads: how many, of what width. */
function headsCut(reading: Reading, source: ScopeSource | undefined) {
  const cut = reading.behind(swapped(reading, source, '0,2,1,3'), 'reshape');
  const [, , count, width] = cut?.outputDims[0] ?? [];
  return cut && count !== undefined && width !== undefined
    ? { source: cut.inputs[0], count, width }
    : undefined;
}

interface Part {
  readonly tokens: ScopeSource | undefined;
  readonly isOfOneMatrix: boolean;
}

/** Queries, keys and values of the same tokens, all mapped at once. */
function partsOfOne(
  reading: Reading,
  sources: readonly (ScopeSource | undefined)[],
  width: number,
  bias: boolean,
): readonly Part[] | undefined {
  if (!sources.every((source, at) => source?.item === sources[0]?.item && source?.output === at))
    return undefined;
  const parts = thirds(reading, sources[0], -1, width);
  const asked = parts && reading.behind(parts.inputs[0], 'linear');
  const keys = asked?.state?.keys;
  if (!asked || Number(asked.params.features) !== 3 * width || (asked.params.bias === true) !== bias)
    return undefined;
  if (keys?.weight !== 'in_proj_weight' || (bias && keys.bias !== 'in_proj_bias')) return undefined;
  return sources.map(() => ({ tokens: asked.inputs[0], isOfOneMatrix: true }));
}

/** Queries, keys or values of tokens of their own, by their third of the weights or by a matrix of theirs. */
function partOf(
  reading: Reading,
  source: ScopeSource | undefined,
  at: number,
  width: number,
  bias: boolean,
): Part | undefined {
  const sum = bias ? reading.behind(source, 'add') : undefined;
  if (bias && !isThird(reading, sum?.inputs[1], at, 'in_proj_bias', width)) return undefined;
  const mapped = bias ? sum?.inputs[0] : source;
  const own = reading.behind(mapped, 'linear');
  if (own) {
    const isOwn = own.state?.keys?.weight === `${'qkv'[at]}_proj_weight` && own.params.bias === false;
    return isOwn && Number(own.params.features) === width
      ? { tokens: own.inputs[0], isOfOneMatrix: false }
      : undefined;
  }
  const product = reading.behind(mapped, 'matmul');
  const turned = reading.behind(product?.inputs[1], 'transpose');
  if (!product || String(turned?.params.perm) !== '1,0') return undefined;
  if (!isThird(reading, turned?.inputs[0], at, 'in_proj_weight', width)) return undefined;
  return { tokens: product.inputs[0], isOfOneMatrix: true };
}

/** Whether a value is this third of what the module holds under a name. */
function isThird(
  reading: Reading,
  source: ScopeSource | undefined,
  at: number,
  name: string,
  width: number,
): boolean {
  const parts = source?.output === at ? thirds(reading, source, 0, width) : undefined;
  const held = parts && reading.behind(parts.inputs[0], 'constant');
  return held?.id === name && held.params.learned === true && held.state === undefined;
}

/** What cuts a value into three of a width along an axis. */
function thirds(
  reading: Reading,
  source: ScopeSource | undefined,
  axis: number,
  width: number,
): LayerItem | undefined {
  const parts = reading.behind(source, 'split');
  const isCut = parts?.outputDims.length === 3 && parts.outputDims.every((dims) => dims.at(axis) === width);
  return isCut ? parts : undefined;
}

/** Which input some tokens are, samples before or behind them. */
function tokensAt(
  reading: Reading,
  source: ScopeSource | undefined,
  batchFirst: boolean,
): number | undefined {
  if (batchFirst) return reading.inputAt(source);
  const turned = reading.behind(source, 'transpose');
  return turned && swapsTokens(turned) ? reading.inputAt(turned.inputs[0]) : undefined;
}

/** Which input is a mask: of all samples and heads, with one for each, or of the tokens of each sample. */
function maskAt(reading: Reading, source: ScopeSource, dims: Dims, heads: number): Mask | undefined {
  const apart = reading.behind(source, 'reshape');
  const at = reading.inputAt(apart ? apart.inputs[0] : source);
  if (at === undefined) return undefined;
  if (!apart) return dims.length === 2 ? { name: 'attn_mask', at } : undefined;
  const [, own, rows] = dims;
  const from = apart.inputDims[0]!.length;
  if (dims.length === 4 && from === 3 && own === heads) return { name: 'attn_mask', at };
  return dims.length === 4 && from === 2 && own === 1 && rows === 1
    ? { name: 'key_padding_mask', at }
    : undefined;
}

function swapsTokens({ kind, params }: ScopeItem): boolean {
  return kind === 'transpose' && String(params.perm) === '1,0,2';
}

/** How many heads are cut out of the features, where nothing else is special about them. */
function headsOf({ params }: LayerItem): number | undefined {
  const { heads, keyHeads, scale, causal, softcap } = params;
  const isPlain =
    scale === 0 && causal === false && softcap === 0 && (heads === 1 ? keyHeads === 1 : keyHeads === 0);
  return isPlain ? Number(heads) : undefined;
}

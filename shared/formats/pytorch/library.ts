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

/** Attention of tokens to each other or to others, a mask added or none: what `nn.MultiheadAttention` does, and nothing else. */
function multiheadOf({ inside, inputDims, origin }: BlockItem): TorchForm | undefined {
  const found = attentionIn(inside);
  if (!found) return undefined;
  const { width, heads, bias, batchFirst, tokens, mask } = found;
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
        arg('need_weights', 'False'),
        ...(mask === undefined ? [] : [arg('attn_mask', given[mask]!)]),
      ];
      return `${self}(${[...tokens.map((at) => given[at]!), ...argumentTexts(named)].join(', ')})[0]`;
    },
  };
}

interface Attention {
  readonly width: number;
  readonly heads: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  /** Which inputs of the block are queries, keys and values. */
  readonly tokens: readonly [number, number, number];
  /** Which one is added to the scores. */
  readonly mask: number | undefined;
  /** Whether queries, keys and values are made by parts of one matrix; else each has its own. */
  readonly isOfOneMatrix: boolean;
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
  const [end, ...more] = scope.outputs;
  if (!end || more.length > 0) return undefined;
  const reading = new Reading(scope);
  const turned = reading.behind(end, 'transpose');
  if (turned && !swapsTokens(turned)) return undefined;
  const out = reading.behind(turned ? turned.inputs[0] : end, 'linear');
  const heads = reading.behind(out?.inputs[0], 'attention');
  const number = heads && headsOf(heads);
  if (!out || !heads || number === undefined || out.id !== 'out_proj' || out.state !== undefined)
    return undefined;
  const width = Number(out.params.features);
  const bias = out.params.bias === true;
  const [q, k, v, ...masks] = heads.inputs;
  const batchFirst = turned === undefined;
  const parts =
    partsOfOne(reading, [q, k, v], width, bias) ??
    [q, k, v].map((source, at) => partOf(reading, source, at, width, bias));
  const [made] = parts;
  if (!made || parts.some((part) => part?.isOfOneMatrix !== made.isOfOneMatrix)) return undefined;
  const tokens = parts.map((part) => tokensAt(reading, part!.tokens, batchFirst));
  const mask = masks[0] && maskAt(reading, masks[0], heads.inputDims[3]!, number);
  const isMasked = masks.length > 0;
  if (masks.length > 1 || isMasked !== (mask !== undefined) || tokens.includes(undefined)) return undefined;
  if (!reading.isDone || (isMasked && tokens.includes(mask))) return undefined;
  const [queries, keys, values] = tokens as [number, number, number];
  return {
    width,
    heads: number,
    bias,
    batchFirst,
    tokens: [queries, keys, values],
    mask,
    isOfOneMatrix: made.isOfOneMatrix,
  };
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

/** Which input is a mask: of all samples and heads, or with one for each. */
function maskAt(reading: Reading, source: ScopeSource, dims: Dims, heads: number): number | undefined {
  const apart = reading.behind(source, 'reshape');
  if (!apart) return dims.length === 2 ? reading.inputAt(source) : undefined;
  const isForHeads = apart.inputDims[0]!.length === 3 && dims.length === 4 && dims[1] === heads;
  return isForHeads ? reading.inputAt(apart.inputs[0]) : undefined;
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

import { arg, argumentTexts, first } from '../code/form.ts';
import { flag, literal } from '../code/python.ts';
import type { BlockItem, LayerItem, ScopeItem } from '../code/scope.ts';
import type { TorchForm } from './forms.ts';

/**
 * The module of PyTorch's own that a block came from, as long as it does what that does: a class that was changed since is
 * written as the class that it is now.
 */
export function ofLibrary(item: BlockItem): TorchForm | undefined {
  return item.origin?.name === 'MultiheadAttention' ? multiheadOf(item) : undefined;
}

/** Attention of tokens to each other: queries, keys and values of one matrix, heads, and the matrix that joins them. */
function multiheadOf({ inside, inputDims, origin }: BlockItem): TorchForm | undefined {
  const { items, outputs } = inside;
  const batchFirst = items[0]?.kind !== 'transpose';
  const [asked, parts, heads, out] = batchFirst ? items : items.slice(1, -1);
  const width = inputDims[0]!.at(-1)!;
  const count = batchFirst ? 4 : 6;
  if (items.length !== count || inputDims[0]!.length !== 3 || outputs[0]?.item !== items.at(-1)!.id)
    return undefined;
  if (!isRow(items) || !(batchFirst || [items[0]!, items.at(-1)!].every(swapsTokens))) return undefined;
  const number = headsOf(heads!);
  const bias = asked!.params.bias === true;
  const isWhole =
    isLinear(asked!, 3 * width, bias) &&
    asked.state?.keys?.weight === 'in_proj_weight' &&
    (!bias || asked.state.keys.bias === 'in_proj_bias') &&
    parts!.kind === 'split' &&
    parts!.outputDims.length === 3 &&
    parts!.outputDims.every((dims) => dims.at(-1) === width) &&
    isLinear(out!, width, bias) &&
    out.id === 'out_proj' &&
    out.state === undefined;
  if (!isWhole || number === undefined) return undefined;
  const { dropout } = origin?.arguments ?? {};
  return {
    module: {
      callee: 'nn.MultiheadAttention',
      arguments: [
        first('embed_dim', String(width)),
        first('num_heads', String(number)),
        arg('dropout', typeof dropout === 'number' ? literal(dropout) : '0.0', '0.0'),
        arg('bias', flag(bias), 'True'),
        arg('batch_first', flag(batchFirst), 'False'),
      ],
    },
    call: (self, [x]) =>
      `${self}(${[x, x, x, ...argumentTexts([arg('need_weights', 'False')])].join(', ')})[0]`,
  };
}

/** Whether each takes what the one before it gives, all of it and in order, and nothing else. */
function isRow(items: readonly ScopeItem[]): boolean {
  return items.every(({ inputs }, i) => {
    const before = items[i - 1];
    const given = before?.outputDims.length ?? 1;
    return (
      inputs.length === given && inputs.every(({ item, output }, at) => item === before?.id && output === at)
    );
  });
}

function isLinear(item: ScopeItem, features: number, bias: boolean): item is LayerItem {
  return item.kind === 'linear' && item.params.features === features && item.params.bias === bias;
}

function swapsTokens({ kind, params }: ScopeItem): boolean {
  return kind === 'transpose' && String(params.perm) === '1,0,2';
}

/** How many heads are cut out of the features, where nothing else is special about them. */
function headsOf({ kind, params }: ScopeItem): number | undefined {
  if (kind !== 'attention') return undefined;
  const { heads, keyHeads, scale, causal, softcap } = params;
  const isPlain =
    scale === 0 && causal === false && softcap === 0 && (heads === 1 ? keyHeads === 1 : keyHeads === 0);
  return isPlain ? Number(heads) : undefined;
}

import type { ParamsOf } from '../../layers/index.ts';
import { arg, argumentTexts } from './form.ts';
import { flag, literal } from './python.ts';

/** What the helper `attention` of a file is called with beside its tensors. */
export function attentionOptions({ heads, keyHeads, scale, causal, softcap }: ParamsOf<'attention'>) {
  return argumentTexts([
    arg('heads', String(heads), '1'),
    arg('key_heads', String(keyHeads), '0'),
    arg('scale', literal(scale), literal(0)),
    arg('causal', flag(causal), 'False'),
    arg('softcap', literal(softcap), literal(0)),
  ]);
}

import type { LayerKind, ParamsOf } from '../../layers/index.ts';
import type { LayerItem } from './scope.ts';
import { Inexpressible } from './write.ts';

/** What each layer is in a library; a sentence says why it is nothing there. */
export type FormTable<Form extends object> = { readonly [K in LayerKind]: FormOf<K, Form> };

export type FormOf<K extends LayerKind, Form extends object> = (
  params: ParamsOf<K>,
  item: LayerItem,
) => Form | string;

/** What a layer is in a library. Throws `Inexpressible` where it is nothing there. */
export function formIn<Form extends object>(forms: FormTable<Form>, item: LayerItem): Form {
  return formAs(forms, item.kind, item);
}

function formAs<Form extends object, K extends LayerKind>(
  forms: FormTable<Form>,
  kind: K,
  item: LayerItem,
): Form {
  const form = forms[kind](item.params as ParamsOf<K>, item);
  if (typeof form === 'string') throw new Inexpressible(item.flatId, form);
  return form;
}

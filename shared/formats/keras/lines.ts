import type { LayerKind, ParamsOf } from '../../layers/index.ts';
import type { ModuleForm } from '../pytorch/forms.ts';
import { Inexpressible } from '../pytorch/layout.ts';
import { Names } from '../pytorch/python.ts';
import type { BlockItem, LayerItem, Scope, ScopeItem, ScopeSource } from '../pytorch/scope.ts';
import { forms, type KerasForm } from './forms.ts';

/** A statement: `targets = form(…)(source)`, `targets = block(source, …)`, or `targets = text`. */
export interface Line {
  readonly targets: string;
  readonly source: string;
  readonly form?: ModuleForm;
  readonly block?: BlockItem;
  readonly text?: string;
  /** The layer that bears its node's name. */
  readonly named?: ScopeItem;
}

export interface Body {
  /** Variables of the scope's own inputs. */
  readonly inputs: readonly { readonly item: ScopeItem | undefined; readonly variable: string }[];
  readonly lines: readonly Line[];
  readonly results: readonly string[];
}

/** Names that the code around uses. */
const taken = (
  'x out name inputs outputs keras layers ops filters kernel_size strides padding dilation_rate groups use_bias units ' +
  'epsilon momentum axis pool_size keepdims rate depth_multiplier response_norm build_model i'
).split(' ');

const keyOf = ({ item, output }: ScopeSource): string => `${item ?? '@'}:${output}`;

/** The statements of a scope, reusing `x` and then `out` once nothing needs what they hold. */
export function bodyOf({ items, outputs }: Scope): Body {
  const locals = new Names(taken);
  const left = new Map<string, number>();
  for (const source of [
    ...items.flatMap((item) => (item.kind === 'output' ? [] : item.inputs)),
    ...outputs,
  ]) {
    left.set(keyOf(source), (left.get(keyOf(source)) ?? 0) + 1);
  }
  const holds = new Map<string, string>();
  const variables = new Map<string, string>();
  const isFree = (name: string): boolean => (left.get(holds.get(name) ?? '') ?? 0) === 0;
  const bind = (key: string, wanted: string, sources: readonly string[] = []): string => {
    const free = [...sources, 'x', 'out'].find(isFree);
    // Of `branch2.0.conv` the branch is enough: its steps follow one another.
    const name = free ?? locals.take(wanted.split('.')[0]!);
    holds.set(name, key);
    variables.set(key, name);
    return name;
  };
  const inputs: { item: ScopeItem | undefined; variable: string }[] = [];
  if (items.some((item) => item.inputs.some((source) => source.item === undefined)))
    inputs.push({ item: undefined, variable: bind('@:0', 'x') });
  const lines: Line[] = [];
  for (const item of items) {
    if (item.kind === 'output') continue;
    if (item.kind === 'input') {
      if (item.params.batched !== true) throw new Inexpressible(item.flatId, 'Keras wants a batch axis');
      const alone = items.filter(({ kind }) => kind === 'input').length === 1;
      const variable = alone ? bind(`${item.id}:0`, item.id) : locals.take(item.id);
      variables.set(`${item.id}:0`, variable);
      inputs.push({ item, variable });
      continue;
    }
    const sources = item.inputs.map((source) => variables.get(keyOf(source))!);
    for (const source of item.inputs) left.set(keyOf(source), left.get(keyOf(source))! - 1);
    const targets = item.outputDims
      .map((_, i) =>
        bind(`${item.id}:${i}`, item.outputDims.length > 1 ? `${item.id}_${i}` : item.id, sources),
      )
      .join(', ');
    if (item.kind === 'block') lines.push({ targets, source: sources.join(', '), block: item });
    else lines.push(...linesOf(item, formOf(item), sources, targets));
  }
  return { inputs, lines, results: outputs.map((source) => variables.get(keyOf(source))!) };
}

function linesOf(
  item: LayerItem,
  form: KerasForm,
  sources: readonly string[],
  targets: string,
): readonly Line[] {
  if (form.length === 0) return targets === sources[0] ? [] : [{ targets, source: '', text: sources[0]! }];
  const bearer =
    form.find((step) => 'layer' in step && step.weighted) ?? form.findLast((step) => 'layer' in step);
  return form.map((step, i) => {
    const from = i === 0 ? sources : [targets];
    if ('call' in step) return { targets, source: '', text: step.call(from) };
    const source = step.listed ? `[${from.join(', ')}]` : from.join(', ');
    return { targets, source, form: step.layer, ...(step === bearer ? { named: item } : {}) };
  });
}

function formOf(item: LayerItem): KerasForm {
  return formAs(item.kind, item);
}

function formAs<K extends LayerKind>(kind: K, item: LayerItem): KerasForm {
  const form = forms[kind](item.params as ParamsOf<K>, item);
  if (typeof form === 'string') throw new Inexpressible(item.flatId, form);
  return form;
}

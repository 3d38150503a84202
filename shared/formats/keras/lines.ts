import type { ModuleForm } from '../code/form.ts';
import { formIn } from '../code/form-table.ts';
import { Names } from '../code/python.ts';
import type { BlockItem, LayerItem, Scope, ScopeItem } from '../code/scope.ts';
import { Variables } from '../code/variables.ts';
import { Inexpressible } from '../code/write.ts';
import { forms, type KerasForm } from './forms.ts';

/** A statement: `targets = form(…)(source)`, `targets = block(source, …)`, or `targets = text`. */
export interface Line {
  readonly targets: string;
  /** Undefined where a layer is only made, to be called by other lines. */
  readonly source: string | undefined;
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
  'name inputs outputs keras layers ops filters kernel_size strides padding dilation_rate groups use_bias units ' +
  'epsilon momentum axis pool_size keepdims rate depth_multiplier response_norm attention build_model i'
).split(' ');

/** The statements of a scope. */
export function bodyOf({ items, outputs, inputNames }: Scope): Body {
  const steps = items.filter(({ kind }) => kind !== 'output');
  const variables = new Variables([...steps.flatMap((item) => item.inputs), ...outputs], taken);
  const inputs: { item: ScopeItem | undefined; variable: string }[] = [];
  if (inputNames)
    for (const [i, name] of inputNames.entries())
      inputs.push({ item: undefined, variable: variables.parameter(`@:${i}`, name) });
  else if (items.some((item) => item.inputs.some((source) => source.item === undefined)))
    inputs.push({ item: undefined, variable: variables.bind('@:0', 'x') });
  const alone = items.filter(({ kind }) => kind === 'input').length === 1;
  const lines: Line[] = [];
  const shared = new Set(items.flatMap(({ twin }) => twin ?? []));
  const layerNames = new Names(taken);
  const layers = new Map<string, string>();
  for (const item of steps) {
    if (item.kind === 'input') {
      if (item.params.batched !== true) throw new Inexpressible(item.flatId, 'Keras wants a batch axis');
      const key = `${item.id}:0`;
      const variable = alone ? variables.bind(key, item.id) : variables.parameter(key, item.id);
      inputs.push({ item, variable });
      continue;
    }
    const sources = variables.read(item.inputs);
    const targets = variables.bindOutputs(item, item.id, sources).join(', ');
    if (item.kind === 'block') {
      if (item.twin !== undefined)
        throw new Inexpressible(
          item.flatId,
          'a function makes its layers anew, so blocks cannot share weights',
        );
      lines.push({ targets, source: sources.join(', '), block: item });
      continue;
    }
    const own = linesOf(item, formIn(forms, item), sources, targets);
    const holder = item.twin ?? (shared.has(item.id) ? item.id : undefined);
    if (holder === undefined) lines.push(...own);
    else {
      const variable = layers.get(holder) ?? layerNames.take(`${holder}_layer`);
      layers.set(holder, variable);
      lines.push(...own.flatMap((line) => asCalled(line, variable, item.twin === undefined)));
    }
  }
  return { inputs, lines, results: outputs.map((source) => variables.of(source)) };
}

/** A line whose layer is called by others as well: made under a name of its own first, unless an earlier line made it. */
function asCalled(line: Line, variable: string, isFirst: boolean): readonly Line[] {
  if (!line.named) return [line];
  const call: Line = { targets: line.targets, source: undefined, text: `${variable}(${line.source})` };
  return isFirst ? [{ ...line, targets: variable, source: undefined }, call] : [call];
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

import { sameDims } from '../../base/dims.ts';
import type { LayerItem, Scope, ScopeItem, ScopeSource } from './scope.ts';
import { keyOf } from './variables.ts';

/**
 * A fully connected layer over tokens stands in a design as three layers: tokens become rows, rows are mapped, and rows
 * become tokens again. Libraries whose own layer takes any number of axes have one for the three.
 */
export function tokensJoined(scope: Scope): Scope {
  const items = new Map(scope.items.map((item) => [item.id, item]));
  const readers = new Map<string, ScopeItem[]>();
  for (const item of scope.items)
    for (const source of item.inputs) {
      const known = readers.get(keyOf(source));
      if (known) known.push(item);
      else readers.set(keyOf(source), [item]);
    }
  const given = new Set(scope.outputs.map(keyOf));
  const onlyReader = (item: ScopeItem): ScopeItem | undefined => {
    const own = readers.get(keyOf({ item: item.id, output: 0 })) ?? [];
    return own.length === 1 && !given.has(keyOf({ item: item.id, output: 0 })) ? own[0] : undefined;
  };
  const joined = new Map<string, LayerItem>();
  const gone = new Map<string, ScopeSource>();
  for (const rows of items.values()) {
    const map = isRows(rows) ? onlyReader(rows) : undefined;
    const tokens = map?.kind === 'linear' ? onlyReader(map) : undefined;
    if (map?.kind !== 'linear' || tokens?.kind !== 'reshape') continue;
    const dims = [...rows.inputDims[0]!.slice(0, -1), map.outputDims[0]![1]!];
    if (!sameDims(dims, tokens.outputDims[0]!)) continue;
    joined.set(map.id, { ...map, inputs: rows.inputs, inputDims: rows.inputDims, outputDims: [dims] });
    gone.set(rows.id, rows.inputs[0]!);
    gone.set(tokens.id, { item: map.id, output: 0 });
  }
  if (joined.size === 0) return scope;
  const found = (source: ScopeSource): ScopeSource => {
    const other = source.item === undefined ? undefined : gone.get(source.item);
    return other === undefined ? source : found(other);
  };
  return {
    ...scope,
    items: scope.items.flatMap((item) => {
      if (gone.has(item.id)) return [];
      const own = joined.get(item.id) ?? item;
      return [{ ...own, inputs: own.inputs.map(found) }];
    }),
    outputs: scope.outputs.map(found),
  };
}

/** Whether all axes but the last become one. */
function isRows({ kind, inputDims, outputDims }: ScopeItem): boolean {
  const [from, to] = [inputDims[0], outputDims[0]];
  return kind === 'reshape' && from!.length > 2 && to!.length === 2 && from!.at(-1) === to!.at(-1);
}

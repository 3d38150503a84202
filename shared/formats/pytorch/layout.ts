import type { ModuleForm } from '../code/form.ts';
import { formIn } from '../code/form-table.ts';
import { Names } from '../code/python.ts';
import type { BlockItem, Scope, ScopeItem } from '../code/scope.ts';
import { keyOf, Variables } from '../code/variables.ts';
import { forms, type TorchForm } from './forms.ts';
import { type Sequence, sequencesOf } from './sequences.ts';

/** What a member of a module is made of. */
export type Expression =
  | { readonly kind: 'module'; readonly form: ModuleForm }
  | { readonly kind: 'block'; readonly item: BlockItem }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'tensor'; readonly dims: readonly number[]; readonly learned: boolean };

export interface Member {
  readonly name: string;
  readonly expression: Expression;
}

/** The two halves of a module: its members, and the statements of `forward`. */
export interface Layout {
  readonly members: readonly Member[];
  readonly parameters: readonly string[];
  readonly statements: readonly string[];
  /** By item id, where its module lies from here: `conv1`, `layer1.0`. */
  readonly paths: ReadonlyMap<string, string>;
  readonly helpers: ReadonlySet<string>;
}

/** One statement's worth: an item, or a chain of items that becomes an nn.Sequential. */
interface Unit {
  readonly id: string;
  readonly items: readonly ScopeItem[];
  readonly form: TorchForm | undefined;
  readonly expression: Expression | undefined;
  readonly helpers: readonly string[];
}

export function layoutOf(scope: Scope): Layout {
  const paths = new Map<string, string>();
  const helpers = new Set<string>();
  const names = new Names(['x', 'out']);
  const members: Member[] = [];
  const units = unitsOf(scope);
  const memberNames = new Map<Unit, string>();
  for (const unit of units) {
    for (const helper of unit.helpers) helpers.add(helper);
    const { twin } = unit.items[0]!;
    const used = twin === undefined ? undefined : units.find(({ id }) => id === twin);
    const taken = used && memberNames.get(used);
    if (taken !== undefined) {
      memberNames.set(unit, taken);
      paths.set(unit.id, taken);
      continue;
    }
    if (!unit.expression) continue;
    const name = names.take(unit.id);
    memberNames.set(unit, name);
    members.push({ name, expression: unit.expression });
    for (const [i, item] of unit.items.entries())
      paths.set(item.id, unit.items.length > 1 ? `${name}.${i}` : name);
  }
  return { members, ...forwardOf(scope, units, memberNames), paths, helpers };
}

function unitsOf({ items, outputs }: Scope): readonly Unit[] {
  const readers = new Map<string, number>();
  for (const source of [...items.flatMap(({ inputs }) => inputs), ...outputs]) {
    readers.set(keyOf(source), (readers.get(keyOf(source)) ?? 0) + 1);
  }
  const formOf = new Map(
    items.map((item) => [item.id, item.kind === 'block' ? undefined : formIn(forms, item)]),
  );
  // A module that is used several times stands alone, under its own name.
  const shared = new Set(items.flatMap(({ id, twin }) => (twin === undefined ? [] : [id, twin])));
  const isPlain = (item: ScopeItem) => {
    const form = formOf.get(item.id);
    if (shared.has(item.id)) return false;
    return item.kind === 'block' || (form?.module !== undefined && form.call === undefined);
  };
  const chainOf = new Map<string, Sequence>();
  for (const sequence of sequencesOf(items, isPlain, readers))
    for (const item of sequence.items) chainOf.set(item.id, sequence);
  const units: Unit[] = [];
  const done = new Set<string>();
  for (const item of items) {
    if (done.has(item.id) || item.kind === 'output') continue;
    const chain = chainOf.get(item.id);
    const parts = chain?.items ?? [item];
    for (const part of parts) done.add(part.id);
    const expressions = parts.map((part) => expressionOf(part, formOf.get(part.id)));
    units.push({
      id: chain?.name ?? item.id,
      items: parts,
      form: chain ? undefined : formOf.get(item.id),
      expression: chain
        ? { kind: 'sequence', parts: expressions.filter((part) => part !== undefined) }
        : expressions[0],
      helpers: parts.flatMap((part) => formOf.get(part.id)?.helpers ?? []),
    });
  }
  return units;
}

function expressionOf(item: ScopeItem, form: TorchForm | undefined): Expression | undefined {
  if (item.kind === 'block') return { kind: 'block', item };
  if (item.kind === 'constant') {
    return { kind: 'tensor', dims: item.outputDims[0]!, learned: item.params.learned === true };
  }
  return form?.module && { kind: 'module', form: form.module };
}

/** The statements. */
function forwardOf(scope: Scope, units: readonly Unit[], memberNames: ReadonlyMap<Unit, string>) {
  const heads = units.map(({ items }) => items[0]!);
  const variables = new Variables([...heads.flatMap(({ inputs }) => inputs), ...scope.outputs]);
  const inputs = heads.filter(({ kind }) => kind === 'input');
  const parameters =
    inputs.length === 1
      ? [variables.bind(`${inputs[0]!.id}:0`, 'x')]
      : inputs.map(({ id }) => variables.parameter(`${id}:0`, id));
  const readsScope = heads.some((head) => head.inputs.some(({ item }) => item === undefined));
  if (inputs.length === 0 && readsScope) parameters.push(variables.bind('@:0', 'x'));
  const statements: string[] = [];
  for (const unit of units) {
    const [head, tail] = [unit.items[0]!, unit.items.at(-1)!];
    if (head.kind === 'input') continue;
    const args = variables.read(head.inputs);
    const self = `self.${memberNames.get(unit) ?? ''}`;
    const value = unit.form?.call ? unit.form.call(self, args) : `${self}(${args.join(', ')})`;
    const targets = variables.bindOutputs(tail, args);
    statements.push(
      `${targets.join(', ')}${tail.outputDims.length === 1 && unit.form?.call && head.kind === 'split' ? ',' : ''} = ${value}`,
    );
  }
  statements.push(`return ${scope.outputs.map((source) => variables.of(source)).join(', ')}`);
  return { parameters, statements };
}

import type { Argument, ModuleForm } from '../code/form.ts';
import { className, isAttribute, type Names } from '../code/python.ts';
import type { BlockItem, Scope } from '../code/scope.ts';
import { type Parameter, parametersOf, type Slot } from '../code/slots.ts';
import { type Layout, layoutOf } from './layout.ts';
import { ofLibrary } from './library.ts';
import type { Expression } from './tree.ts';

/** A class for blocks that differ in numbers only: what differs becomes a parameter of its constructor. */
export interface BlockClass {
  readonly name: string;
  /** Where it stands first. */
  readonly item: BlockItem;
  readonly layout: Layout;
  readonly parameters: readonly Parameter[];
  /** What stands in each slot: a parameter, or the same text for all. */
  readonly slots: readonly (string | undefined)[];
}

export interface Classes {
  /** Those that others need come before them. */
  readonly classes: readonly BlockClass[];
  /** How each block is made. */
  readonly calls: ReadonlyMap<BlockItem, ModuleForm>;
  readonly layouts: ReadonlyMap<BlockItem, Layout>;
}

interface Instance {
  readonly item: BlockItem;
  readonly layout: Layout;
  /** Of blocks that one class serves. */
  readonly group: Group;
}

interface Group {
  readonly instances: Instance[];
  /** What people call the class. */
  readonly title: string;
}

/** Finds the classes of all blocks, inside of blocks too, and says how each block is made. */
export function classesOf(scope: Scope, names: Names): Classes {
  const found = groupsOf(scope);
  const classNames = namesOf(found.groups, names);
  const classes: BlockClass[] = [];
  const calls = new Map<BlockItem, ModuleForm>();
  for (const group of found.groups) {
    const instances = group.instances.map(({ item, layout }) => ({ item, slots: slotsOf(layout, calls) }));
    const { slots, parameters } = parametersOf(instances, ['self', 'x']);
    const [{ item, layout }] = group.instances as [Instance];
    const name = classNames.get(group)!;
    classes.push({ name, item, layout, slots, parameters });
    for (const [i, each] of instances.entries())
      calls.set(each.item, { callee: name, arguments: argumentsOf(parameters, i) });
  }
  const layouts = new Map(found.instances.map(({ item, layout }) => [item, layout]));
  return { classes, calls, layouts };
}

/** Blocks that are alike but for numbers; what is inside of a block comes before it. */
function groupsOf(scope: Scope) {
  const groups = new Map<string, Group>();
  const byItem = new Map<BlockItem, Instance>();
  const numbers = new Map<Group, number>();
  const visit = ({ items }: Scope): void => {
    for (const item of items) {
      if (item.kind !== 'block' || ofLibrary(item)) continue;
      visit(item.inside);
      const layout = layoutOf(item.inside);
      const shapeOf = (expression: Expression): unknown => {
        if (expression.kind === 'block') return ['block', numbers.get(byItem.get(expression.item)!.group)];
        if ('parts' in expression)
          return [expression.kind, expression.parts.map((part) => [part.name, shapeOf(part.expression)])];
        if (expression.kind === 'reference') return ['reference', expression.access];
        const { callee, arguments: args } = expression.form;
        const learned = expression.kind === 'tensor' && expression.learned;
        return [expression.kind, learned, callee, args.map(({ name }) => name)];
      };
      const title = item.origin?.name ?? item.block;
      const signature = JSON.stringify([
        title,
        layout.members.map(({ name, expression }) => [name, shapeOf(expression)]),
        layout.registered.map(({ owner, name, expression }) => [owner, name, shapeOf(expression)]),
        layout.aliases,
        layout.isRow,
        layout.parameters,
        layout.statements,
      ]);
      const group = groups.get(signature) ?? { instances: [], title };
      groups.set(signature, group);
      if (!numbers.has(group)) numbers.set(group, numbers.size);
      const instance = { item, layout, group };
      group.instances.push(instance);
      byItem.set(item, instance);
    }
  };
  visit(scope);
  return { groups: [...groups.values()], instances: [...byItem.values()] };
}

/** Of classes that are called alike, the one with the fewest members keeps the name; others say what they have more. */
function namesOf(groups: readonly Group[], names: Names): ReadonlyMap<Group, string> {
  const found = new Map<Group, string>();
  const members = ({ instances }: Group) => instances[0]!.layout.members.map(({ name }) => name);
  for (const group of groups) {
    if (found.has(group)) continue;
    const alike = groups.filter(({ title }) => title === group.title);
    const [plain] = alike.toSorted((a, b) => members(a).length - members(b).length);
    const base = baseName(group.instances[0]!.item);
    found.set(plain!, names.take(base));
    for (const other of alike) {
      if (other === plain) continue;
      const more = members(other).find((name) => !members(plain!).includes(name) && isAttribute(name));
      found.set(other, names.take(`${base}${more === undefined ? '' : className(more, '')}`));
    }
  }
  return found;
}

function baseName({ origin, title }: BlockItem): string {
  const own = origin?.name ?? '';
  return isAttribute(own) ? own : className(own || title, 'Block');
}

export function formsIn(
  expression: Expression,
  calls: ReadonlyMap<BlockItem, ModuleForm>,
): readonly ModuleForm[] {
  if (expression.kind === 'block') return [calls.get(expression.item)!];
  if ('parts' in expression) return expression.parts.flatMap((part) => formsIn(part.expression, calls));
  if (expression.kind === 'reference') return [];
  return [expression.form];
}

function slotsOf(layout: Layout, calls: ReadonlyMap<BlockItem, ModuleForm>): readonly Slot[] {
  return [...layout.members, ...layout.registered].flatMap(({ name, expression }) =>
    formsIn(expression, calls).flatMap((form) =>
      form.arguments.map((argument) => ({ owner: name, argument })),
    ),
  );
}

/** The first two by place, the rest by name, as people call their blocks. */
function argumentsOf(parameters: readonly Parameter[], instance: number): readonly Argument[] {
  return parameters.map(({ name, texts, default: usual }, place) => ({
    name,
    text: texts[instance]!,
    ...(usual === undefined ? { positional: place < 2 } : { default: usual }),
  }));
}

import type { Argument, ModuleForm } from '../code/form.ts';
import { className, type Names } from '../code/python.ts';
import type { BlockItem } from '../code/scope.ts';
import { groupedBy, parametersOf, type Slot } from '../code/slots.ts';
import { type Expression, type Layout, layoutOf } from './layout.ts';

/** A class for blocks that differ in numbers only: what differs becomes a parameter of its constructor. */
export interface BlockClass {
  readonly name: string;
  readonly doc: string;
  readonly layout: Layout;
  readonly parameters: readonly string[];
  /** What stands in each slot: a parameter, or the same text for all. */
  readonly slots: readonly { readonly argument: Argument; readonly parameter: string | undefined }[];
}

interface Instance {
  readonly item: BlockItem;
  readonly layout: Layout;
  readonly slots: readonly Slot[];
}

/** Finds the classes of all blocks, and says how each block is made. */
export function classesOf(items: readonly BlockItem[], names: Names) {
  const all = items.map((item): Instance => {
    const layout = layoutOf(item.inside);
    const slots = layout.members.flatMap(({ name, expression }) =>
      modulesIn(expression).flatMap((form) => form.arguments.map((argument) => ({ owner: name, argument }))),
    );
    return { item, layout, slots };
  });
  const groups = groupedBy(all, ({ item, layout }) => [
    item.block,
    layout.members.map(shapeOf),
    layout.statements,
  ]);
  const classes: BlockClass[] = [];
  const calls = new Map<string, ModuleForm>();
  const layouts = new Map<string, Layout>();
  for (const instances of groups) {
    const made = classOf(instances, names);
    classes.push(made);
    for (const instance of instances) {
      layouts.set(instance.item.id, instance.layout);
      calls.set(instance.item.id, { callee: made.name, arguments: argumentsOf(made, instance) });
    }
  }
  return { classes, calls, layouts };
}

function shapeOf({ name, expression }: Layout['members'][number]) {
  return [
    name,
    expression.kind,
    // The extents of a tensor are no parameter of the class, so that each makes a class of its own.
    expression.kind === 'tensor' ? [expression.dims, expression.learned] : [],
    modulesIn(expression).map((form) => [form.callee, form.arguments.map((a) => a.name)]),
  ];
}

function modulesIn(expression: Expression): readonly ModuleForm[] {
  if (expression.kind === 'module') return [expression.form];
  return expression.kind === 'sequence' ? expression.parts.flatMap(modulesIn) : [];
}

function classOf(instances: readonly [Instance, ...Instance[]], names: Names): BlockClass {
  const [{ item, layout, slots }] = instances;
  const found = parametersOf(instances, ['self', 'x']);
  const projection = item.params.shortcut === 'projection' ? 'Projection' : '';
  return {
    name: names.take(`${className(item.title, 'Block')}${projection}`),
    doc: item.doc,
    layout,
    parameters: found.parameters,
    slots: slots.map(({ argument }, i) => ({ argument, parameter: found.slots[i] })),
  };
}

/** Channels by place, the rest by name, as people call their blocks. */
function argumentsOf({ parameters, slots }: BlockClass, { slots: own }: Instance): readonly Argument[] {
  return parameters.map((name, place) => {
    const at = slots.findIndex(({ parameter }) => parameter === name);
    return { name, text: own[at]!.argument.text, positional: place < 2 };
  });
}

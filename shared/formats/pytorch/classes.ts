import { blockOf } from '../../blocks/index.ts';
import type { Argument, ModuleForm } from './forms.ts';
import { type Expression, type Layout, layoutOf } from './layout.ts';
import { className, Names } from './python.ts';
import type { BlockItem } from './scope.ts';

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
  readonly slots: readonly { readonly member: string; readonly argument: Argument }[];
}

/** Finds the classes of all blocks, and says how each block is made. */
export function classesOf(items: readonly BlockItem[], names: Names) {
  const groups = new Map<string, Instance[]>();
  for (const item of items) {
    const layout = layoutOf(item.inside);
    const slots = layout.members.flatMap(({ name, expression }) =>
      modulesIn(expression).flatMap((form) => form.arguments.map((argument) => ({ member: name, argument }))),
    );
    const instance = { item, layout, slots };
    const signature = JSON.stringify([item.block, layout.members.map(shapeOf), layout.statements]);
    const known = groups.get(signature);
    if (known) known.push(instance);
    else groups.set(signature, [instance]);
  }
  const classes: BlockClass[] = [];
  const calls = new Map<string, ModuleForm>();
  const layouts = new Map<string, Layout>();
  for (const instances of groups.values()) {
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
    modulesIn(expression).map((form) => [form.callee, form.arguments.map((a) => a.name)]),
  ];
}

function modulesIn(expression: Expression): readonly ModuleForm[] {
  if (expression.kind === 'module') return [expression.form];
  return expression.kind === 'sequence' ? expression.parts.flatMap(modulesIn) : [];
}

function classOf(instances: readonly Instance[], names: Names): BlockClass {
  const [first] = instances as readonly [Instance, ...Instance[]];
  const block = blockOf(first.item.block as Parameters<typeof blockOf>[0]);
  const parameterNames = new Names(['self', 'x']);
  const byTexts = new Map<string, string>();
  const slots = first.slots.map(({ member, argument }, i) => {
    const texts = instances.map(({ slots: own }) => own[i]!.argument.text);
    if (texts.every((text) => text === texts[0])) return { argument, parameter: undefined };
    const key = texts.join('\n');
    const known = byTexts.get(key) ?? nameFor(argument.name, member, byTexts, parameterNames);
    byTexts.set(key, known);
    return { argument, parameter: known };
  });
  const projection = first.item.params.shortcut === 'projection' ? 'Projection' : '';
  return {
    name: names.take(`${className(block.title, 'Block')}${projection}`),
    doc: block.summary,
    layout: first.layout,
    parameters: [...byTexts.values()],
    slots,
  };
}

function nameFor(argument: string, member: string, known: ReadonlyMap<string, string>, names: Names): string {
  return names.take([...known.values()].includes(argument) ? `${member}_${argument}` : argument);
}

/** Channels by place, the rest by name, as people call their blocks. */
function argumentsOf({ parameters, slots }: BlockClass, { slots: own }: Instance): readonly Argument[] {
  return parameters.map((name, place) => {
    const at = slots.findIndex(({ parameter }) => parameter === name);
    return { name, text: own[at]!.argument.text, positional: place < 2 };
  });
}

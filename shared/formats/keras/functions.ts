import { blockOf } from '../../blocks/index.ts';
import type { Argument } from '../pytorch/forms.ts';
import { docText, Names } from '../pytorch/python.ts';
import type { BlockItem } from '../pytorch/scope.ts';
import { type Body, bodyOf, type Line } from './lines.ts';

/** A function for blocks that differ in numbers only: what differs becomes a parameter. */
export interface BlockFunction {
  readonly name: string;
  readonly source: string;
}

export interface BlockCalls {
  readonly functions: readonly BlockFunction[];
  /** By block id: the function and its arguments, `64, strides=2`. */
  readonly calls: ReadonlyMap<string, { readonly callee: string; readonly arguments: readonly string[] }>;
}

interface Instance {
  readonly item: BlockItem;
  readonly body: Body;
  readonly slots: readonly { readonly owner: string; readonly argument: Argument }[];
}

export function functionsOf(items: readonly BlockItem[], names: Names): BlockCalls {
  const groups = new Map<string, Instance[]>();
  for (const item of items) {
    const body = bodyOf(item.inside);
    const slots = body.lines.flatMap(({ form, named }) =>
      (form?.arguments ?? []).map((argument) => ({ owner: named?.id ?? 'pad', argument })),
    );
    const signature = JSON.stringify([
      item.block,
      body.results,
      body.lines.map(({ targets, source, form, text, named }) => [
        targets,
        source,
        text,
        named?.id,
        form?.callee,
        form?.arguments.map(({ name }) => name),
      ]),
    ]);
    const instance = { item, body, slots };
    const known = groups.get(signature);
    if (known) known.push(instance);
    else groups.set(signature, [instance]);
  }
  const functions: BlockFunction[] = [];
  const calls = new Map<string, { callee: string; arguments: readonly string[] }>();
  for (const instances of groups.values()) {
    const { slots, parameters } = parametersOf(instances);
    const [first] = instances as [Instance, ...Instance[]];
    const name = names.take(functionName(first.item));
    functions.push({ name, source: functionSource(name, first, slots, parameters) });
    for (const { item, slots: own } of instances) {
      const args = parameters.map((parameter, place) => {
        const text = own[slots.indexOf(parameter)]!.argument.text;
        return place === 0 ? text : `${parameter}=${text}`;
      });
      calls.set(item.id, { callee: name, arguments: args });
    }
  }
  return { functions, calls };
}

function functionName({ block, params }: BlockItem): string {
  const plain = block.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return params.shortcut === 'projection' ? `${plain}_projection` : plain;
}

/** For each slot the parameter that stands there, undefined where all instances agree. */
function parametersOf(instances: readonly Instance[]) {
  const names = new Names(['x', 'out', 'name']);
  const byTexts = new Map<string, string>();
  const slots = instances[0]!.slots.map(({ owner, argument }, i) => {
    const texts = instances.map(({ slots: own }) => own[i]!.argument.text);
    if (texts.every((text) => text === texts[0])) return undefined;
    const key = texts.join('\n');
    const isTaken = [...byTexts.values()].includes(argument.name);
    const known = byTexts.get(key) ?? names.take(isTaken ? `${owner}_${argument.name}` : argument.name);
    byTexts.set(key, known);
    return known;
  });
  return { slots, parameters: [...byTexts.values()] };
}

function functionSource(
  name: string,
  { item, body }: Instance,
  slots: readonly (string | undefined)[],
  parameters: readonly string[],
): string {
  let next = 0;
  const lines = body.lines.map((line) => {
    const args = line.form?.arguments.map((argument) => {
      const parameter = slots[next++];
      return parameter === undefined ? argument : { ...argument, text: parameter };
    });
    return `    ${lineText(line, args ?? [], (id) => `f"{name}_${id}"`)}`;
  });
  const { summary } = blockOf(item.block as Parameters<typeof blockOf>[0]);
  return [
    `def ${name}(${[...body.inputs.map(({ variable }) => variable), ...parameters, '*', 'name'].join(', ')}):`,
    `    """${docText(summary)}"""`,
    ...lines,
    `    return ${body.results.join(', ')}`,
  ].join('\n');
}

/** An item's name as Keras takes it: a layer's name may have no `/`. */
export const layerName = (id: string): string => id.replace(/[^\p{L}\p{N}_]/gu, '_');

/** A line that is no block's call. */
export function lineText(
  { targets, source, form, text, named }: Line,
  args: readonly Argument[],
  nameOf: (id: string) => string,
): string {
  if (!form) return `${targets} = ${text}`;
  const written = args.flatMap((argument) => {
    if (argument.text === argument.default) return [];
    return [argument.positional ? argument.text : `${argument.name}=${argument.text}`];
  });
  if (named) written.push(`name=${nameOf(layerName(named.id))}`);
  return `${targets} = ${form.callee}(${written.join(', ')})(${source})`;
}

import type { Dims } from '../../base/dims.ts';
import { type Argument, argumentTexts } from '../code/form.ts';
import { call, linesOf } from '../code/pieces.ts';
import { docText, identifier, type Names, typesOf } from '../code/python.ts';
import type { BlockItem } from '../code/scope.ts';
import { groupedBy, type Parameter, parametersOf, type Slot } from '../code/slots.ts';
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
  readonly slots: readonly Slot[];
}

export function functionsOf(items: readonly BlockItem[], names: Names): BlockCalls {
  const all = items.map((item): Instance => {
    const body = bodyOf(item.inside);
    const slots = body.lines.flatMap(({ form, named }) =>
      (form?.arguments ?? []).map((argument) => ({ owner: named?.id ?? 'pad', argument })),
    );
    return { item, body, slots };
  });
  const functions: BlockFunction[] = [];
  const calls = new Map<string, { callee: string; arguments: readonly string[] }>();
  for (const instances of groupedBy(all, signatureOf)) {
    const [first] = instances;
    const variables = first.body.inputs.map(({ variable }) => variable);
    const found = parametersOf(instances, ['x', 'out', 'name', ...variables]);
    const { slots } = found;
    const parameters = found.parameters.map(({ name: each }) => each);
    const name = names.take(functionName(first.item));
    functions.push({ name, source: functionSource(name, first, slots, found.parameters) });
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

/** Equal for blocks that one function serves. */
function signatureOf({ item, body }: Instance): unknown {
  return [
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
  ];
}

function functionName({ block, title, params }: BlockItem): string {
  const own = block.startsWith('userBlock ') ? title : block;
  const plain = identifier(own)
    .replace(/(?<![A-Z])[A-Z]|[A-Z](?=[a-z])/g, '_$&')
    .toLowerCase();
  return params.shortcut === 'projection' ? `${plain}_projection` : plain;
}

function functionSource(
  name: string,
  { item, body }: Instance,
  slots: readonly (string | undefined)[],
  parameters: readonly Parameter[],
): string {
  let next = 0;
  const lines = body.lines.map((line) => {
    const args = line.form?.arguments.map((argument) => {
      const parameter = slots[next++];
      return parameter === undefined ? argument : { ...argument, text: parameter };
    });
    return `    ${lineText(line, args ?? [], (id) => `f"{name}_${id}"`)}`;
  });
  const given = [
    ...body.inputs.map(({ variable }) => `${variable}: ${TENSOR}`),
    ...parameters.map((parameter) => `${parameter.name}: ${typesOf(parameter.texts)}`),
    '*',
    'name: str',
  ];
  const results = body.results.map(() => TENSOR);
  const gives = results.length === 1 ? TENSOR : `tuple[${results.join(', ')}]`;
  const shapes = `${shapesText(item.inputDims, item.outputDims)} where it stands first.`;
  return [
    ...linesOf(0, `def ${name}`, call('', given), ` -> ${gives}:`),
    ...docLines(docText(item.doc), shapes),
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
  const written = [...argumentTexts(args)];
  if (named) written.push(`name=${nameOf(layerName(named.id))}`);
  const made = `${form.callee}(${written.join(', ')})`;
  return `${targets} = ${made}${source === undefined ? '' : `(${source})`}`;
}

const TENSOR = 'keras.KerasTensor';

/** What a function is, and the shapes that it takes and gives. */
export function docLines(doc: string, shapes: string): readonly string[] {
  if (doc === '') return [`    """${shapes}"""`];
  return [`    """${doc}`, '', `    ${shapes}`, '    """'];
}

/** `224×224×3 to 1000`: of a sample, with the channels of maps last. */
export function shapesText(from: readonly Dims[], to: readonly Dims[]): string {
  const list = (all: readonly Dims[]) => all.map(sampleText).join(' and ');
  return `${list(from)} to ${list(to)}`;
}

function sampleText(dims: Dims): string {
  const own = dims.slice(1);
  return (own.length === 3 ? [own[1]!, own[2]!, own[0]!] : own).join('×');
}

import { InvalidArgumentError, Option } from 'commander';
import type { Dims } from '../shared/base/dims.ts';
import { MAX_BATCH } from '../shared/formats/spec/format.ts';
import type { Design, NodeId } from '../shared/graph/design.ts';
import { CommandFailure } from './failure.ts';
import { t, tell } from './i18n/language.ts';
import { wholeNumber } from './options.ts';

/** A shape for an input, by its name; for the only one when none is said. */
export interface InputShape {
  readonly name?: string;
  readonly dims: Dims;
}

function parseShape(text: string): InputShape {
  const at = text.lastIndexOf('=');
  const dims = text
    .slice(at + 1)
    .split(/[,x×]/)
    .map((part) => (/^\d{1,9}$/.test(part.trim()) ? Number(part) : 0));
  if (dims.length > 6 || dims.some((extent) => extent < 1 || extent > 1 << 28) || at === 0)
    throw new InvalidArgumentError(
      tell`It must be positive whole numbers with commas between, such as 3,224,224 or image=3,224,224.`,
    );
  return at < 0 ? { dims } : { name: text.slice(0, at), dims };
}

/** `--shape [name=]C,H,W`, as often as there are inputs. */
export function shapeOption(): Option {
  return new Option(
    '--shape <[name=]C,H,W>',
    'the shape of an input, such as 3,320,320; of several, once for each by its name',
  ).argParser((text: string, before: readonly InputShape[] | undefined) => [
    ...(before ?? []),
    parseShape(text),
  ]);
}

/** What `--shape` was called where a command has no data to take. */
export function inputOption(): Option {
  return new Option('--input <C,H,W>', 'the same as --shape').argParser(
    (text: string, before: readonly InputShape[] | undefined) => [...(before ?? []), parseShape(text)],
  );
}

/** `--batch N`, where what is told depends on it. */
export function batchOption(): Option {
  return new Option(
    '--batch <n>',
    "samples that memory is told for; the design's own when left out",
  ).argParser(wholeNumber(1, MAX_BATCH));
}

export interface BatchOptions {
  readonly batch?: number;
}

export interface ShapeOptions {
  readonly shape?: readonly InputShape[];
  readonly input?: readonly InputShape[];
}

export function shapesOf({ shape = [], input = [] }: ShapeOptions): readonly InputShape[] {
  return [...shape, ...input];
}

/** The shape that is asked for an input; undefined where none is. */
export function shapeFor(shapes: readonly InputShape[], name: string): Dims | undefined {
  return shapes.find((each) => each.name === undefined || each.name === name)?.dims;
}

/** Refuses shapes that name no input, or none where there are several. */
export function checkShapes(file: string, shapes: readonly InputShape[], names: readonly string[]): void {
  for (const { name } of shapes) {
    const known = tell`Its inputs are: ${names.join(', ') || t('none')}.`;
    if (name === undefined && names.length !== 1)
      throw new CommandFailure(
        tell`${file}: has ${names.length} inputs, so --shape must name the one that it is for. ${known}`,
      );
    if (name !== undefined && !names.includes(name))
      throw new CommandFailure(tell`${file}: has no input "${name}" for --shape. ${known}`);
  }
}

/** The design with its inputs of other shapes; a batch in front is left out where the input has one. */
export function withShapes(design: Design, shapes: readonly InputShape[], file: string): Design {
  if (shapes.length === 0) return design;
  const inputs = Object.entries(design.nodes).filter(([, { kind }]) => kind === 'input');
  checkShapes(
    file,
    shapes,
    inputs.map(([id]) => id),
  );
  const reshaped = inputs.map(([id, node]): [NodeId, typeof node] => {
    const dims = shapeFor(shapes, id);
    if (!dims) return [id, node];
    const own = node.params.shape as Dims;
    const batched = node.params.batched === true && dims.length === own.length + 1;
    return [id, { ...node, params: { ...node.params, shape: batched ? dims.slice(1) : dims } }];
  });
  return { ...design, nodes: { ...design.nodes, ...Object.fromEntries(reshaped) } };
}

import { InvalidArgumentError, Option } from 'commander';
import { type Convention, conventions } from '../shared/analysis/conventions.ts';
import { bareShare, limitForms, parseLimit } from '../shared/formats/spec/quantity.ts';
import type { Design, Limit, Quantity } from '../shared/graph/design.ts';
import { CommandFailure } from './failure.ts';

/** `--format` with these choices, the first as default. */
export function formatOption<const F extends string>(choices: readonly [F, ...F[]]): Option {
  return new Option('--format <format>', 'how to print the result').choices(choices).default(choices[0]);
}

export function conventionOption(): Option {
  return new Option('--convention <name>', 'what one operation is')
    .choices(conventions)
    .default('mac' satisfies Convention);
}

/** A limit as it was given, with what there is to say about how it was written. */
export interface GivenLimit {
  readonly limit: Limit;
  readonly remark?: string;
}

export function limitOption(quantity: Quantity, what: string): Option {
  return new Option(
    `--${quantity} <limit>`,
    `the most ${what}: ${limitForms(quantity).replaceAll('"', '')}`,
  ).argParser((text): GivenLimit => {
    const limit = parseLimit(text, quantity);
    if (limit !== undefined) return { limit };
    const percent = bareShare(text);
    if (percent === undefined) throw new InvalidArgumentError(`It must be ${limitForms(quantity)}.`);
    return {
      limit: { kind: 'within', percent },
      remark: `--${quantity} ${text} is taken as ±${text}, which a saving breaks too; +${text} allows at most so much more.`,
    };
  });
}

/** A whole number of at least `min`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}.`,
    );
  };
}

export interface InputShape {
  readonly dims: readonly number[];
}

/** `3,224,224` as dims. */
export function inputOption(): Option {
  return new Option('--input <C,H,W>', 'analyse for another input, such as 3,320,320').argParser(
    (text): InputShape => {
      const dims = text.split(/[,x×]/).map((part) => (/^\d{1,9}$/.test(part.trim()) ? Number(part) : 0));
      if (dims.length > 5 || dims.some((extent) => extent < 1 || extent > 1 << 28))
        throw new InvalidArgumentError(
          'It must be positive whole numbers with commas between, such as 3,224,224.',
        );
      return { dims };
    },
  );
}

/** The design with its only input of another shape. */
export function withInput(design: Design, shape: InputShape | undefined, file: string): Design {
  if (shape === undefined) return design;
  const inputs = Object.entries(design.nodes).filter(([, { kind }]) => kind === 'input');
  const [only] = inputs;
  if (only === undefined || inputs.length > 1)
    throw new CommandFailure(`${file}: has ${inputs.length} inputs, so --input cannot tell which is meant.`);
  const [id, node] = only;
  return {
    ...design,
    nodes: { ...design.nodes, [id]: { ...node, params: { ...node.params, shape: shape.dims } } },
  };
}

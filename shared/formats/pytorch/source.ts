import { type Dims, formatSample } from '../../base/dims.ts';
import { argumentTexts, type ModuleForm } from '../code/form.ts';
import { call, flat, linesOf, named, type Piece, repeated } from '../code/pieces.ts';
import { isAttribute, typesOf } from '../code/python.ts';
import { type BlockItem, dimsGiven, type Scope } from '../code/scope.ts';
import type { Parameter } from '../code/slots.ts';
import { type BlockClass, formsIn } from './classes.ts';
import type { Layout } from './layout.ts';
import type { Expression, Member } from './tree.ts';

/** What each form of a class is written as, in the order of `formsIn`. */
type Written = ReadonlyMap<ModuleForm, ModuleForm>;

interface ClassText {
  readonly name: string;
  /** Without the quotes; empty where there is nothing to say. */
  readonly doc: string;
  /** Of `forward`. */
  readonly shapes: string;
  readonly parameters: readonly Parameter[];
  readonly layout: Layout;
  /** What `forward` gives, as a type. */
  readonly gives: string;
  readonly calls: ReadonlyMap<BlockItem, ModuleForm>;
  readonly written: Written;
}

export function networkSource(
  name: string,
  doc: string,
  scope: Scope,
  layout: Layout,
  calls: ReadonlyMap<BlockItem, ModuleForm>,
): string {
  const inputs = scope.items.filter(({ kind }) => kind === 'input').map((item) => item.outputDims[0]!);
  const shapes = shapesText(inputs, dimsGiven(scope));
  return classSource({
    name,
    doc,
    shapes,
    parameters: [],
    layout,
    gives: typeGiven(scope),
    calls,
    written: new Map(),
  });
}

function typeGiven({ outputs, outputKeys, outputsListed }: Scope): string {
  if (outputKeys) return 'dict[str, Tensor]';
  if (outputsListed) return 'list[Tensor]';
  return outputs.length === 1 ? 'Tensor' : `tuple[${outputs.map(() => 'Tensor').join(', ')}]`;
}

export function blockSource(
  { name, item, layout, parameters, slots }: BlockClass,
  doc: string,
  calls: ReadonlyMap<BlockItem, ModuleForm>,
): string {
  let next = 0;
  const written = new Map<ModuleForm, ModuleForm>();
  for (const { expression } of [...layout.members, ...layout.registered])
    for (const form of formsIn(expression, calls)) {
      const args = form.arguments.map((argument) => {
        const parameter = slots[next++];
        return parameter === undefined ? argument : { ...argument, text: parameter };
      });
      written.set(form, { ...form, arguments: args });
    }
  const shapes = `${shapesText(item.inputDims, item.outputDims)} where it stands first`;
  return classSource({
    name,
    doc,
    shapes,
    parameters,
    layout,
    gives: typeGiven(item.inside),
    calls,
    written,
  });
}

/** `3×224×224 to 1000` */
function shapesText(from: readonly Dims[], to: readonly Dims[]): string {
  const list = (all: readonly Dims[]) => all.map((dims) => formatSample(dims)).join(' and ');
  return `${list(from)} to ${list(to)}`;
}

function classSource({ name, doc, shapes, parameters, layout, gives, calls, written }: ClassText): string {
  const rendered = (expression: Expression) => pieceOf(expression, calls, written);
  const own = parameters.map(parameterText);
  const init = linesOf(4, 'def __init__', call('', ['self', ...own]), ' -> None:');
  const head = (base: string) => [
    `class ${name}(${base}):`,
    ...(doc === '' ? [] : [`    """${doc}"""`, '']),
    ...init,
  ];
  if (layout.isRow) {
    const parts = sequenceParts(layout.members, true, rendered);
    return [...head('nn.Sequential'), ...linesOf(8, '', call('super().__init__', parts, true))].join('\n');
  }
  return [
    ...head('nn.Module'),
    '        super().__init__()',
    ...layout.members.flatMap((member) => memberLines('self', member, rendered)),
    ...layout.registered.flatMap(({ owner, ...member }) => memberLines(owner, member, rendered)),
    ...layout.aliases.flatMap(({ owner, name, access }) =>
      linesOf(8, '', call(`${owner}.add_module`, [JSON.stringify(name), access])),
    ),
    '',
    ...linesOf(4, 'def forward', call('', ['self', ...layout.parameters]), ` -> ${gives}:`),
    `        """${shapes[0]!.toUpperCase()}${shapes.slice(1)}."""`,
    ...layout.statements.map((statement) => `        ${statement}`),
  ].join('\n');
}

function parameterText({ name, texts, default: usual }: Parameter): string {
  return `${name}: ${typesOf(texts)}${usual === undefined ? '' : ` = ${usual}`}`;
}

function memberLines(
  owner: string,
  { name, expression, registered }: Member,
  rendered: (expression: Expression) => Piece,
): readonly string[] {
  if (registered === true)
    return linesOf(8, '', call(`${owner}.add_module`, [JSON.stringify(name), rendered(expression)]));
  if (expression.kind !== 'tensor') return linesOf(8, `${owner}.${name} = `, rendered(expression));
  const { learned, fill } = expression;
  const tensor = fill === undefined ? rendered(expression) : call(fill, [rendered(expression)]);
  if (learned && isAttribute(name) && owner === 'self')
    return linesOf(8, `self.${name} = `, call('nn.Parameter', [tensor]));
  const method = learned ? 'register_parameter' : 'register_buffer';
  const value = learned ? call('nn.Parameter', [tensor]) : tensor;
  const kept = expression.persistent === false ? ['persistent=False'] : [];
  return linesOf(8, '', call(`${owner}.${method}`, [JSON.stringify(name), value, ...kept]));
}

function pieceOf(expression: Expression, calls: ReadonlyMap<BlockItem, ModuleForm>, written: Written): Piece {
  const rendered = (inner: Expression) => pieceOf(inner, calls, written);
  switch (expression.kind) {
    case 'module':
    case 'tensor':
      return formPiece(written.get(expression.form) ?? expression.form);
    case 'reference':
      return expression.access;
    case 'block': {
      const form = calls.get(expression.item)!;
      return formPiece(written.get(form) ?? form);
    }
    case 'sequence': {
      const parts = sequenceParts(expression.parts, expression.numbered, rendered);
      if (expression.numbered) return call('nn.Sequential', parts, parts.length > 1);
      return call('nn.Sequential', [call('OrderedDict', parts, true)]);
    }
    case 'parameters': {
      const parts = expression.parts.map(({ expression: inner }) => call('nn.Parameter', [rendered(inner)]));
      return call('nn.ParameterList', [bracketed('[', parts, ']')]);
    }
    case 'list':
      return call('nn.ModuleList', [
        { ...bracketed('[', sequenceParts(expression.parts, true, rendered), ']'), spread: true },
      ]);
    case 'dict': {
      if (expression.parts.length === 0) return 'nn.Module()';
      const parts = expression.parts.map(({ name, expression: inner }) => {
        const piece = rendered(inner);
        const key = `${JSON.stringify(name)}: `;
        return typeof piece === 'string' ? key + piece : { ...piece, head: key + piece.head };
      });
      return call('nn.ModuleDict', [bracketed('{', parts, '}')]);
    }
  }
}

const bracketed = (head: string, parts: readonly Piece[], tail: string) => ({
  head,
  parts,
  tail,
  separated: true,
  spread: true,
});

/** The parts of a sequence: equal blocks in a row are a loop, numbers that are missing do nothing. */
function sequenceParts(
  members: readonly Member[],
  numbered: boolean,
  rendered: (expression: Expression) => Piece,
): readonly Piece[] {
  const parts: Piece[] = [];
  let [run, next] = [0, 0];
  for (const [i, { name, expression }] of members.entries()) {
    const piece = rendered(expression);
    if (!numbered) {
      parts.push(named(name, piece));
      continue;
    }
    for (; next < Number(name); next++) parts.push('nn.Identity()');
    next++;
    const before = members[i - 1];
    const isSame =
      expression.kind === 'block' &&
      before?.expression.kind === 'block' &&
      Number(name) === Number(before.name) + 1 &&
      flat(rendered(before.expression)) === flat(piece);
    run = isSame ? run + 1 : 1;
    if (isSame) parts.splice(-1, 1, repeated(piece, run));
    else parts.push(piece);
  }
  return parts;
}

function formPiece({ callee, arguments: args }: ModuleForm): Piece {
  return call(callee, argumentTexts(args));
}

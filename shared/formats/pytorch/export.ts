import type { Result } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { argumentTexts, type ModuleForm } from '../code/form.ts';
import { className, docText, Names } from '../code/python.ts';
import type { BlockItem, Scope } from '../code/scope.ts';
import { fileText, writeCode } from '../code/write.ts';
import { type BlockClass, classesOf } from './classes.ts';
import { type HelperName, helperSource } from './helpers.ts';
import { type Expression, type Layout, layoutOf } from './layout.ts';

/** A design as Python. */
export interface PythonModule {
  readonly code: string;
  /** The network's class, to be made without arguments. */
  readonly className: string;
  /** Key in the module's `state_dict`, by `layer/weight` of the flattened network. */
  readonly stateKeys: ReadonlyMap<string, string>;
}

/**
 * Writes a design as a PyTorch module: blocks become classes, numbered stages nn.Sequential, names are kept. Runs on
 * PyTorch 1.13 and newer. Fails with the design's problems, or naming what PyTorch cannot express.
 */
export function exportPyTorch(design: Design): Result<PythonModule> {
  return writeCode(design, 'PyTorch', (scope) => moduleOf(design, scope));
}

function moduleOf(design: Design, scope: Scope): PythonModule {
  const names = new Names();
  const name = names.take(className(design.name));
  const layout = layoutOf(scope);
  const blocks = scope.items.filter((item): item is BlockItem => item.kind === 'block');
  const { classes, calls, layouts } = classesOf(blocks, names);
  const helpers = new Set([layout, ...layouts.values()].flatMap(({ helpers: used }) => [...used]));
  const parts = [
    ...[...helpers].map((helper) => helperSource[helper as HelperName]),
    ...classes.map(blockSource),
    classSource(name, docText(design.name), [], layout, (expression) => render(expression, calls)),
  ];
  const body = parts.join('\n\n\n');
  const imports = [
    ...(/\btorch\./.test(body) ? ['import torch'] : []),
    'from torch import nn',
    ...(/\bF\./.test(body) ? ['from torch.nn import functional as F'] : []),
  ];
  const code = fileText(design, imports, parts);
  return { code, className: name, stateKeys: stateKeysOf(scope, layout, layouts) };
}

function classSource(
  name: string,
  doc: string,
  parameters: readonly string[],
  layout: Layout,
  source: (expression: Expression) => string,
): string {
  const members = layout.members.map(({ name: member, expression }) =>
    expression.kind === 'tensor'
      ? tensorMember(member, expression)
      : `        self.${member} = ${source(expression)}`,
  );
  return [
    `class ${name}(nn.Module):`,
    `    """${doc}"""`,
    '',
    `    def __init__(${['self', ...parameters].join(', ')}):`,
    '        super().__init__()',
    ...members,
    '',
    `    def forward(${['self', ...layout.parameters].join(', ')}):`,
    ...layout.statements.map((statement) => `        ${statement}`),
  ].join('\n');
}

function tensorMember(name: string, { dims, learned }: Extract<Expression, { kind: 'tensor' }>): string {
  const zeros = `torch.zeros(${dims.join(', ')})`;
  return learned
    ? `        self.${name} = nn.Parameter(${zeros})`
    : `        self.register_buffer("${name}", ${zeros})`;
}

function render(expression: Expression, calls: ReadonlyMap<string, ModuleForm>): string {
  switch (expression.kind) {
    case 'module':
      return callText(expression.form);
    case 'block':
      return callText(calls.get(expression.item.id)!);
    case 'sequence': {
      const parts = expression.parts.map((part) => `            ${render(part, calls)},`);
      return `nn.Sequential(\n${parts.join('\n')}\n        )`;
    }
    case 'tensor':
      throw new TypeError('Tensors stand alone.');
  }
}

function callText({ callee, arguments: args }: ModuleForm): string {
  return `${callee}(${argumentTexts(args).join(', ')})`;
}

function blockSource({ name, doc, layout, parameters, slots }: BlockClass): string {
  let next = 0;
  const withSlots = (form: ModuleForm): ModuleForm => ({
    ...form,
    arguments: form.arguments.map((argument) => {
      const { parameter } = slots[next++]!;
      return parameter === undefined ? argument : { ...argument, text: parameter };
    }),
  });
  const source = (expression: Expression): string => {
    if (expression.kind === 'module') return callText(withSlots(expression.form));
    if (expression.kind !== 'sequence') throw new TypeError('Blocks hold layers only.');
    const parts = expression.parts.map((part) => `            ${source(part)},`);
    return `nn.Sequential(\n${parts.join('\n')}\n        )`;
  };
  return classSource(name, docText(doc), parameters, layout, source);
}

function stateKeysOf(
  scope: Scope,
  layout: Layout,
  layouts: ReadonlyMap<string, Layout>,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const add = ({ flatId, kind }: { readonly flatId: string; readonly kind: string }, path: string) => {
    // A constant is a tensor of the module that it stands in, under its own name.
    if (kind === 'constant') keys.set(`${flatId}/value`, path);
    else
      for (const name of ['weight', 'bias', 'running_mean', 'running_var'])
        keys.set(`${flatId}/${name}`, `${path}.${name}`);
  };
  for (const item of scope.items) {
    const path = layout.paths.get(item.id);
    if (item.kind !== 'block') {
      if (path !== undefined) add(item, path);
      continue;
    }
    for (const inner of item.inside.items) {
      const below = layouts.get(item.id)!.paths.get(inner.id);
      if (below !== undefined) add(inner, `${path}.${below}`);
    }
  }
  return keys;
}

import type { Totals } from '../../analysis/facts.ts';
import type { Result } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { className, docText, Names } from '../code/python.ts';
import type { BlockItem, Scope, ScopeItem } from '../code/scope.ts';
import { tokensJoined } from '../code/tokens.ts';
import { fileText, writeCode } from '../code/write.ts';
import { checkSource } from './check.ts';
import { classesOf } from './classes.ts';
import { type HelperName, helperSource } from './helpers.ts';
import { type Layout, layoutOf } from './layout.ts';
import { blockSource, networkSource } from './source.ts';

/** A design as Python. */
export interface PythonModule {
  readonly code: string;
  /** The network's class, to be made without arguments. */
  readonly className: string;
  /** Key in the module's `state_dict`, by `layer/weight` of the flattened network. */
  readonly stateKeys: ReadonlyMap<string, string>;
}

/**
 * Writes a design as a PyTorch module: blocks become classes, names are kept, and what comes from PyTorch's own classes
 * becomes them again. Run as a program, it compares its parameters and multiply-adds with the design's. Runs on PyTorch
 * 1.13 and newer. Fails with the design's problems, or naming what PyTorch cannot express.
 */
export function exportPyTorch(design: Design): Result<PythonModule> {
  return writeCode(design, 'PyTorch', (scope, totals) => moduleOf(design, tokensEverywhere(scope), totals));
}

function tokensEverywhere(scope: Scope): Scope {
  const joined = tokensJoined(scope);
  const opened = joined.items.map(
    (item): ScopeItem => (item.kind === 'block' ? { ...item, inside: tokensEverywhere(item.inside) } : item),
  );
  return { ...joined, items: opened };
}

function moduleOf(design: Design, scope: Scope, totals: Totals): PythonModule {
  const names = new Names(['MultiplyAdds', 'OrderedDict', 'TorchFunctionMode']);
  const name = names.take(className(design.name));
  const layout = layoutOf(scope);
  const { classes, calls, layouts } = classesOf(scope, names);
  const helpers = new Set([layout, ...layouts.values()].flatMap(({ helpers: used }) => [...used]));
  const parts = [
    ...[...helpers].map((helper) => helperSource[helper as HelperName]),
    ...classes.map((each) => blockSource(each, docText(each.item.doc), calls)),
    networkSource(name, docText(design.name), scope, layout, calls),
  ];
  const inputs = scope.items.filter(({ kind }) => kind === 'input').map((item) => item.outputDims[0]!);
  const body = parts.join('\n\n\n');
  const check = checkSource(name, inputs, totals, body.includes('nn.MultiheadAttention('));
  const imports = [
    'from __future__ import annotations',
    '',
    ...(/\bOrderedDict\(/.test(body) ? ['from collections import OrderedDict', ''] : []),
    'import torch',
    'from torch import Tensor, nn',
    ...(/\bF\./.test(body) ? ['from torch.nn import functional as F'] : []),
    'from torch.overrides import TorchFunctionMode',
  ];
  const code = `${fileText(design, imports, [body]).trimEnd()}\n\n\n${check}\n`;
  return { code, className: name, stateKeys: stateKeysOf(scope, layout, layouts) };
}

function stateKeysOf(
  scope: Scope,
  layout: Layout,
  layouts: ReadonlyMap<BlockItem, Layout>,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const add = ({ flatId, kind, state }: ScopeItem, path: string) => {
    // A constant is a tensor of the module that it stands in, under its own name.
    if (kind === 'constant') {
      if (state?.persistent !== false) keys.set(`${flatId}/value`, path);
    } else
      for (const name of ['weight', 'bias', 'running_mean', 'running_var'])
        if (!state?.absent?.includes(name)) keys.set(`${flatId}/${name}`, `${path}.${name}`);
  };
  const visit = ({ items }: Scope, { paths }: Layout, before: string): void => {
    for (const item of items) {
      for (const { name } of item.kind === 'block' ? [] : item.weights) {
        const kept = paths.get(`${item.id}/${name}`);
        if (kept !== undefined) keys.set(`${item.flatId}/${name}`, `${before}${kept}`);
      }
      const path = paths.get(item.id);
      if (path === undefined) continue;
      if (item.kind === 'block')
        visit(item.inside, layouts.get(item) ?? layoutOf(item.inside), `${before}${path}.`);
      else add(item, `${before}${path}`);
    }
  };
  visit(scope, layout, '');
  return keys;
}

import type { LayerChange } from '../../../shared/analysis/compare.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { definitionOf, type NodeKind } from '../../../shared/blocks/index.ts';
import { formatParam, type Json, readParam } from '../../../shared/schema/codec.ts';
import { named } from '../../i18n/i18n.ts';

/** `Kernel 7×7 → 3×3`: a parameter as its field says it, in what the layer was and in what it is. */
export function paramText(
  { name, before, after }: LayerChange['params'][number],
  was: NodeKind | undefined,
  is: NodeKind | undefined,
): string {
  const title = [is, was].flatMap((kind) => (kind && definitionOf(kind).params[name]?.title) ?? [])[0];
  return `${title === undefined ? name : named(title)} ${valueText(was, name, before)} → ${valueText(is, name, after)}`;
}

function valueText(kind: NodeKind | undefined, name: string, json: unknown): string {
  const p = kind && definitionOf(kind).params[name];
  const value = p && json !== undefined ? readParam(name, p, json as Json) : undefined;
  if (p === undefined || value === undefined || (typeof value === 'object' && isIssue(value)))
    return json === undefined ? '—' : JSON.stringify(json);
  return named(formatParam(p, value));
}

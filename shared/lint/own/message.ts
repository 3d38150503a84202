import { readExpression } from './check.ts';
import { evaluate, type FactReader, type Value } from './evaluate.ts';
import type { Expression, Mistake } from './parse.ts';

/** Text, and what stands in braces between. */
export type Template = readonly (string | Expression)[];

export type ReadTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly mistake: Mistake };

/** `"{name}" has {out.channels} channels`: what is in braces is an expression; `{{` and `}}` are braces. */
export function readTemplate(text: string): ReadTemplate {
  const template: (string | Expression)[] = [];
  for (const match of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    const [whole, inside] = match;
    if (whole === '{' || whole === '}')
      return { ok: false, mistake: { at: match.index, message: `This "${whole}" has no partner.` } };
    if (inside === undefined) template.push(whole === '{{' ? '{' : whole === '}}' ? '}' : whole);
    else {
      const read = readExpression(inside);
      if (!read.ok) return { ok: false, mistake: { ...read.mistake, at: match.index + 1 + read.mistake.at } };
      template.push(read.expression);
    }
  }
  return { ok: true, template };
}

export function fill(template: Template, fact: FactReader): string {
  return template.map((part) => (typeof part === 'string' ? part : shown(evaluate(part, fact)))).join('');
}

function shown(value: Value): string {
  if (value === undefined) return '?';
  if (typeof value === 'object') return value.join('×');
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value)) return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return String(Number(value.toPrecision(4)));
}

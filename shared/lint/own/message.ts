import { messages } from '../../base/problem.ts';
import { readExpression } from './check.ts';
import { type Evaluator, evaluatorOf, type Value } from './evaluate.ts';
import { factNamed, type Subject } from './facts.ts';
import type { Mistake } from './parse.ts';

export const say = messages('lint/own/message', { 'no-partner': 'this "{{brace}}" has no partner.' });

/** Text, and what stands in braces between. */
export type Template = readonly (string | Evaluator<Subject>)[];

export type ReadTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly mistake: Mistake };

/** `"{name}" has {out.channels} channels`: what is in braces is an expression; `{{` and `}}` are braces. */
export function readTemplate(text: string): ReadTemplate {
  const template: (string | Evaluator<Subject>)[] = [];
  for (const match of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    const [whole, inside] = match;
    if (whole === '{' || whole === '}')
      return { ok: false, mistake: { at: match.index, reason: say.part('no-partner', { brace: whole }) } };
    if (inside === undefined) template.push(whole === '{{' ? '{' : whole === '}}' ? '}' : whole);
    else {
      const read = readExpression(inside);
      if (!read.ok) return { ok: false, mistake: { ...read.mistake, at: match.index + 1 + read.mistake.at } };
      template.push(evaluatorOf(read.expression, factNamed));
    }
  }
  return { ok: true, template };
}

export function fill(template: Template, subject: Subject): string {
  return template.map((part) => (typeof part === 'string' ? part : shownValue(part(subject)))).join('');
}

/** A value as messages tell it. */
export function shownValue(value: Value): string {
  if (value === undefined) return '?';
  if (typeof value === 'object') return value.join('×');
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value)) return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return String(Number(value.toPrecision(4)));
}

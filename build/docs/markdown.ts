import { unreachable } from '../../shared/base/unreachable.ts';
import { writeParam } from '../../shared/schema/codec.ts';
import type { Param, Params } from '../../shared/schema/params.ts';

/** A Markdown table; pipes in cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Paragraphs and sections that are there, a blank line between them. */
export function sections(...parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** Thousands set apart, as in 72,855,552. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

export function paramTable(params: Params, head = 'Parameter'): string | undefined {
  const rows = Object.entries(params).map(([name, p]) => [
    p.symbol === undefined ? p.title : `${p.title} (${p.symbol})`,
    `\`${name}\``,
    `\`${JSON.stringify(writeParam(p, p.default))}\``,
    rangeOf(p),
    p.doc,
  ]);
  return rows.length === 0 ? undefined : table([head, 'In a spec', 'Default', 'Values', 'Meaning'], rows);
}

/** What a parameter may hold, in words. */
function rangeOf(p: Param): string {
  switch (p.kind) {
    case 'int':
      return `whole number, ${grouped(p.min)} to ${grouped(p.max)}`;
    case 'float':
      return p.max < 1e6 || p.min > -1e6 ? `number, ${bound(p.min)} to ${bound(p.max)}` : 'number';
    case 'flag':
      return '`true` or `false`';
    case 'choice':
      return p.options.map(({ value }) => `\`"${value}"\``).join(', ');
    case 'pair':
      return `\`3\` or \`[height, width]\`, each ${grouped(p.min)} to ${grouped(p.max)}`;
    case 'padding':
      return `${p.allowSame ? '`"same"`, ' : ''}\`1\`, \`[vertical, horizontal]\` or \`[top, left, bottom, right]\`, each 0 to ${grouped(p.max)}`;
    case 'dims':
      return `list of 1 to ${p.maxRank} positive whole numbers`;
    case 'ints':
      return `list of up to ${grouped(p.maxLength)} whole numbers, ${grouped(p.min)} to ${grouped(p.max)}`;
    case 'floats':
      return `list of up to ${grouped(p.maxLength)} numbers`;
    case 'text':
      return `text of up to ${grouped(p.maxLength)} characters`;
    default:
      return unreachable(p);
  }
}

function bound(value: number): string {
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential()
    : String(value);
}

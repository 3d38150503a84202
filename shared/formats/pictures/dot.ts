import { formatSample } from '../../base/dims.ts';
import { oneLine } from '../../base/text.ts';
import { families, grounds, type Theme } from './families.ts';
import type { Direction } from './graph-picture.ts';
import { FONT_STACK } from './metrics.ts';
import type { Outline, OutlineNode } from './outline.ts';

/** A Graphviz digraph. */
export function toDot(outline: Outline, direction: Direction, theme: Theme): string {
  const shapeOf = new Map(outline.nodes.map(({ id, output }) => [id, output ? formatSample(output) : '?']));
  const ground = grounds[theme];
  return [
    `digraph ${quote(oneLine(outline.name))} {`,
    `  graph [rankdir=${direction === 'right' ? 'LR' : 'TB'}, bgcolor="${ground.page}", fontname=${quote(FONT_STACK)}];`,
    `  node [shape=box, style="rounded,filled", fontname=${quote(FONT_STACK)}, fontsize=11];`,
    `  edge [color="${ground.line}", fontcolor="${ground.muted}", fontname=${quote(FONT_STACK)}, fontsize=9];`,
    ...outline.nodes.map((node) => {
      const { face, solid, ink } = families[theme][node.group];
      return `  ${quote(node.id)} [label=${quote(labelOf(node))}, fillcolor="${face}", color="${solid}", fontcolor="${ink}"];`;
    }),
    ...outline.edges.map(
      ({ from, to }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(shapeOf.get(from) ?? '?')}];`,
    ),
    '}',
    '',
  ].join('\n');
}

function labelOf({ id, kind, title, repeat, lines }: OutlineNode): string {
  const heading = repeat > 1 ? `${title} ×${repeat}` : title;
  return [heading, ...lines, ...(repeat === 1 && id !== kind ? [id] : [])].join('\n');
}

function quote(text: string): string {
  const lines = text.split('\n').map((line) => oneLine(line).replace(/[\\"]/g, '\\$&'));
  return `"${lines.join('\\n')}"`;
}

import { formatSample } from '../../base/dims.ts';
import { oneLine } from '../../base/text.ts';
import { families, type Theme } from './families.ts';
import type { Direction } from './graph-picture.ts';
import type { Outline, OutlineNode } from './outline.ts';

/** A Mermaid flowchart, as Markdown renderers draw it. */
export function toMermaid(outline: Outline, direction: Direction, theme: Theme): string {
  const names = new Map(outline.nodes.map(({ id }, i) => [id, `n${i}`]));
  const shapeOf = new Map(outline.nodes.map(({ id, output }) => [id, output ? formatSample(output) : '?']));
  const present = [...new Set(outline.nodes.map(({ group }) => group))];
  return [
    `---`,
    `title: ${JSON.stringify(oneLine(outline.name))}`,
    `---`,
    `flowchart ${direction === 'right' ? 'LR' : 'TD'}`,
    ...outline.nodes.map((node) => `  ${names.get(node.id)}["${labelOf(node)}"]:::${node.group}`),
    ...outline.edges.map(
      ({ from, to }) => `  ${names.get(from)} -->|"${shapeOf.get(from)}"| ${names.get(to)}`,
    ),
    ...present.map((group) => {
      const { face, solid, ink } = families[theme][group];
      return `  classDef ${group} fill:${face},stroke:${solid},color:${ink}`;
    }),
    '',
  ].join('\n');
}

function labelOf({ id, kind, title, repeat, lines }: OutlineNode): string {
  const heading = repeat > 1 ? `${title} ×${repeat}` : title;
  const name = repeat === 1 && id !== kind ? [id] : [];
  return [heading, ...lines, ...name].map(escapeLabel).join('<br/>');
}

/** Mermaid reads `#name;` entities inside quoted labels. */
function escapeLabel(text: string): string {
  return oneLine(text).replace(/[#"<>&`]/g, (character) => `#${character.charCodeAt(0)};`);
}

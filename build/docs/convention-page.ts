import { type ConventionPage, conventionPages } from './conventions.ts';
import { sections, table } from './markdown.ts';
import { footer } from './node-page.ts';

/** The page of one way to count: what it counts, an example by hand, and where that comes from. */
export function conventionPage({ title, group, doc, use, arithmetic, source }: ConventionPage): string {
  return sections(
    `# ${title}`,
    `${group}: ${doc}`,
    '## Worked by hand',
    arithmetic,
    `Source: ${source}.`,
    '## Use',
    `\`\`\`console\n$ ${use}\n\`\`\``,
    'Beside the others: [what is counted](../costs.md).',
    footer,
  );
}

export function conventionIndex(): string {
  const groups = [...new Set(conventionPages.map(({ group }) => group))];
  return sections(
    '# Conventions',
    'Ways to count, one page each. [What is counted](../costs.md) sets them side by side.',
    ...groups.flatMap((group) => [
      `## ${group}`,
      table(
        ['Convention', 'Counts'],
        conventionPages
          .filter((page) => page.group === group)
          .map(({ id, title, doc }) => [`[${title}](${id}.md)`, doc]),
      ),
    ]),
    footer,
  );
}

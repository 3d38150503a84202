import { relative } from 'node:path/posix';
import { sections, table } from '../markdown.ts';
import { footer } from '../node-page.ts';
import { onOneLine } from './members.ts';
import type { ApiEntry } from './read.ts';

interface Theme {
  readonly title: string;
  readonly intro: string;
  /** What stands in these files, or under these folders, is told there. */
  readonly of: readonly string[];
}

const themes: Readonly<Record<string, Theme>> = {
  designs: {
    title: 'Designs',
    intro:
      'Open, write and change designs, and ask what they cost. A design is plain data; nothing that can be worked out is stored in it.',
    of: ['shared/index.ts', 'shared/graph', 'shared/formats/spec', 'shared/blocks', 'shared/zoo'],
  },
  analysis: {
    title: 'Analysis',
    intro:
      "Shapes, exact counts, memory and receptive fields of a design; tables of them, budgets and comparisons. Counts are for one sample, memory is for the design's batch.",
    of: ['shared/analysis', 'shared/budget', 'shared/formats/tables'],
  },
  rules: {
    title: 'Design rules',
    intro: 'What the rules find, their fixes and presets. Each rule has [a page](../rules/README.md).',
    of: ['shared/lint'],
  },
  running: {
    title: 'Models and running',
    intro:
      'Read and write ONNX models, open models of Keras and TorchScript, load weights, and run networks. Tensors carry the batch axis; a failure is a `RunError` whose problem says why and what to do.',
    of: [
      'shared/models',
      'shared/runtime',
      'shared/formats/onnx',
      'shared/formats/keras-files',
      'shared/formats/torchscript',
      'shared/formats/weights',
      'shared/base/tensor.ts',
    ],
  },
  steering: {
    title: 'Steering',
    intro:
      'Find the variants of a design that keep limits, and sweep over them; [how it searches](../steering.md).',
    of: ['shared/steer'],
  },
  problems: {
    title: 'Problems and dimensions',
    intro: 'What every part speaks of: expected failure as data, and the extents of tensors.',
    of: ['shared/base'],
  },
};

const types = 'types';
const typesIntro =
  'Types that the exports speak of. They cannot be imported by name; TypeScript knows them from where they are used.';

/** The pages of the package's exports by their path under docs/, made from the docstrings. */
export function apiPages(entries: readonly ApiEntry[]): ReadonlyMap<string, string> {
  const byTheme = new Map<string, ApiEntry[]>([...Object.keys(themes), types].map((theme) => [theme, []]));
  for (const entry of entries) byTheme.get(themeOf(entry))!.push(entry);
  const links = new Map<ApiEntry, string>();
  for (const [theme, told] of byTheme) {
    const slugs = new Map<string, number>();
    for (const entry of told) {
      const slug = entry.name.toLowerCase();
      const before = slugs.get(slug) ?? 0;
      slugs.set(slug, before + 1);
      links.set(entry, `${theme}.md#${slug}${before === 0 ? '' : `-${before}`}`);
    }
  }
  const pages = new Map<string, string>();
  for (const [theme, told] of byTheme) {
    const { title, intro } = themes[theme] ?? { title: 'Types', intro: typesIntro };
    pages.set(
      `docs/api/${theme}.md`,
      sections(`# ${title}`, intro, ...told.flatMap((entry) => entryOf(entry, links)), footer),
    );
  }
  pages.set('docs/api/README.md', indexOf(byTheme, links));
  return pages;
}

function themeOf({ exported, file, name }: ApiEntry): string {
  if (!exported) return types;
  const at = Object.keys(themes)
    .flatMap((theme) => themes[theme]!.of.map((place) => ({ theme, place })))
    .filter(({ place }) => file === place || file.startsWith(`${place}/`))
    .sort((a, b) => b.place.length - a.place.length)[0];
  if (at === undefined) throw new Error(`No page tells of ${name}, which stands in ${file}.`);
  return at.theme;
}

const kindWords: Readonly<Record<ApiEntry['kind'], string>> = {
  function: 'Function',
  class: 'Class',
  interface: 'Interface',
  type: 'Type',
  value: 'Value',
};

function entryOf(entry: ApiEntry, links: ReadonlyMap<ApiEntry, string>): readonly string[] {
  const { name, kind, file, doc, declaration, members, uses } = entry;
  const link = (to: ApiEntry) => `[\`${to.name}\`](${links.get(to)!})`;
  return [
    `## ${name}`,
    doc,
    `\`\`\`ts\n${declaration}\n\`\`\``,
    members.length === 0
      ? ''
      : table(
          ['Member', 'Meaning'],
          members.map((member) => [`\`${member.declaration}\``, onOneLine(member.doc)]),
        ),
    uses.length === 0 ? '' : `Speaks of ${uses.map(link).join(', ')}.`,
    `${kindWords[kind]} in [\`${file}\`](${relative('docs/api', file)}).`,
  ];
}

function indexOf(
  byTheme: ReadonlyMap<string, readonly ApiEntry[]>,
  links: ReadonlyMap<ApiEntry, string>,
): string {
  return sections(
    '# The library',
    "What `import { … } from 'netwright'` gives, in Node and in browsers, with types. Every page is made from the sources' docstrings: what a name means, with its shapes, units and errors.",
    ...Object.entries(themes).flatMap(([theme, { title, intro }]) => [
      `## [${title}](${theme}.md)`,
      intro,
      table(
        ['Name', '', 'Meaning'],
        byTheme
          .get(theme)!
          .map((entry) => [
            `[\`${entry.name}\`](${links.get(entry)!})`,
            entry.kind,
            firstSentence(entry.doc),
          ]),
      ),
    ]),
    `## [Types](${types}.md)`,
    typesIntro,
    footer,
  );
}

function firstSentence(doc: string): string {
  const line = onOneLine(doc);
  return /^.*?\.(?=\s|$)/.exec(line)?.[0] ?? line;
}

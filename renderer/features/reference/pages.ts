import { named } from '../../i18n/i18n.ts';

/** The pages of docs/ that tell what a design is made of. Loaded when they are first asked for, all together. */
const texts = import.meta.glob<string>(
  [
    '../../../docs/layers/*.md',
    '../../../docs/blocks/*.md',
    '../../../docs/rules/*.md',
    '../../../docs/costs.md',
    '../../../docs/glossary.md',
  ],
  { query: '?raw', import: 'default', eager: true },
);

export const sections = ['layers', 'blocks', 'rules', 'about'] as const;
export type Section = (typeof sections)[number];

export interface Page {
  /** Its path under docs/. */
  readonly path: string;
  readonly section: Section;
  readonly title: string;
  readonly text: string;
}

const isSection = (name: string | undefined): name is Section => sections.some((each) => each === name);

/** Every page by its path, those of a section in the order of their names. */
export const pages: ReadonlyMap<string, Page> = new Map(
  Object.entries(texts)
    .map(([file, text]): Page => {
      const path = file.replace(/^.*\/docs\//, '');
      const [folder] = path.split('/');
      const title = /^# (.*)$/m.exec(text)?.[1] ?? path;
      return { path, section: isSection(folder) ? folder : 'about', title, text };
    })
    .sort((a, b) => a.title.localeCompare(b.title, 'en'))
    .map((page) => [page.path, page]),
);

/** Where a link on a page leads, by path; undefined where that is none of these pages. */
export function linkedPage(from: string, href: string): string | undefined {
  const at = new URL(href, `docs:/${from}`);
  const path = at.pathname.replace(/^\//, '');
  return at.protocol === 'docs:' && pages.has(path) ? path : undefined;
}

/** How well a page answers: by its name, by its title, by its text; less is better, undefined for not at all. */
function rank({ path, title, text }: Page, words: readonly string[]): number | undefined {
  const own = named(title);
  // Found by what it is called in English, too.
  const rest = own === title ? text : `${title} ${text}`;
  const [name, heading, body] = [path.replace(/^.*\/|\.md$/g, ''), own, rest].map((each) =>
    each.toLowerCase(),
  ) as [string, string, string];
  let sum = 0;
  for (const word of words) {
    if (name === word || heading === word) sum += 0;
    else if (name.startsWith(word) || heading.startsWith(word)) sum += 1;
    else if (name.includes(word) || heading.includes(word)) sum += 2;
    else if (body.includes(word)) sum += 8;
    else return undefined;
  }
  return sum;
}

/** The pages on which all words of a search occur, best first; indexes only where nobody searches. */
export function findPages(search: string): readonly Page[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...pages.values()];
  return [...pages.values()]
    .filter(({ path }) => !path.endsWith('README.md'))
    .flatMap((page) => {
      const found = rank(page, words);
      return found === undefined ? [] : [{ page, found }];
    })
    .sort((a, b) => a.found - b.found)
    .map(({ page }) => page);
}

import { type Language, languages, named } from '../../i18n/i18n.ts';

/** The pages of docs/ that tell what a design is made of. Loaded when they are first asked for, all together. */
const texts = import.meta.glob<string>(
  [
    '../../../docs/layers/*.md',
    '../../../docs/blocks/*.md',
    '../../../docs/rules/*.md',
    '../../../docs/costs.md',
    '../../../docs/glossary.md',
    '../../../docs/zh/*.md',
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
  /** Written by hand in other languages, each under its folder. */
  readonly told: Readonly<Partial<Record<Language, string>>>;
}

const pathOf = (file: string): string => file.replace(/^.*\/docs\//, '');

/** Pages that are prose, by language and path: what is made of definitions is told by what these say in a language. */
const written = new Map<string, string>(
  Object.entries(texts).flatMap(([file, text]) => {
    const [folder, ...path] = pathOf(file).split('/');
    return folder !== undefined && Object.hasOwn(languages, folder) && folder !== 'en'
      ? [[`${folder}/${path.join('/')}`, text] as const]
      : [];
  }),
);

const isSection = (name: string | undefined): name is Section => sections.some((each) => each === name);

/** Every page by its path, those of a section in the order of their names. */
export const pages: ReadonlyMap<string, Page> = new Map(
  Object.entries(texts)
    .filter(([file]) => !written.has(pathOf(file)))
    .map(([file, text]): Page => {
      const path = pathOf(file);
      const [folder] = path.split('/');
      const title = /^# (.*)$/m.exec(text)?.[1] ?? path;
      const told = Object.fromEntries(
        Object.keys(languages).flatMap((language) => {
          const own = written.get(`${language}/${path}`);
          return own === undefined ? [] : [[language, own] as const];
        }),
      );
      return { path, section: isSection(folder) ? folder : 'about', title, text, told };
    })
    .sort((a, b) => a.title.localeCompare(b.title, 'en'))
    .map((page) => [page.path, page]),
);

/** Where a link on a page leads, by path; undefined where that is none of these pages. */
export function linkedPage(from: string, href: string): string | undefined {
  const at = new URL(href, `docs:/${from}`);
  // From a page in another language one goes up to the others, and no further than the top.
  const path = at.pathname.replace(/^\//, '');
  return at.protocol === 'docs:' && pages.has(path) ? path : undefined;
}

/** How well a page answers: by its name, by its title, by its text; less is better, undefined for not at all. */
function rank({ path, title, text, told }: Page, words: readonly string[]): number | undefined {
  const own = named(title);
  // Found by what it is called in English, too.
  const rest = [title, text, ...Object.values(told)].join(' ');
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

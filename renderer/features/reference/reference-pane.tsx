import { ArrowLeft, List, Search, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { named, useT } from '../../i18n/i18n.ts';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { useSlice } from '../../state/slice.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { Example } from './examples.tsx';
import { Markdown, type MarkdownHelp } from './markdown.tsx';
import { pageInWords } from './page-in-words.ts';
import { findPages, linkedPage, type Page, pages, type Section, sections } from './pages.ts';
import { closeReference, readBack, readingOf, readPage } from './reference-state.ts';

const sectionTitles: Readonly<Record<Section, string>> = {
  layers: 'Layers',
  blocks: 'Blocks',
  rules: 'Design rules',
  about: 'Costs and words',
};

/** The reference beside the canvas: a list to search, or one page. */
export function ReferencePane() {
  const app = useTheApp();
  const t = useT();
  const page = useSlice(readingOf, (state) => state.page);
  const canGoBack = useSlice(readingOf, (state) => state.before.length > 0);
  const shown = page === undefined ? undefined : pages.get(page);
  return (
    <aside
      className="reference"
      aria-label={t('Reference')}
      data-testid="reference"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.nativeEvent.isComposing) closeReference(app);
      }}
    >
      <header className="reference-head">
        <button
          type="button"
          className="icon-button"
          disabled={!canGoBack}
          aria-label={t('Back')}
          title={t('Back')}
          onClick={() => readBack(app)}
        >
          <ArrowLeft size={15} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('All pages')}
          title={t('All pages')}
          onClick={() => readPage(app, undefined)}
        >
          <List size={15} />
        </button>
        <SearchField />
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => closeReference(app)}
        >
          <X size={15} />
        </button>
      </header>
      <PartBoundary title={t('Reference')}>
        {shown ? <ReferencePage key={shown.path} page={shown} /> : <PageList />}
      </PartBoundary>
    </aside>
  );
}

/** Typing goes to the list of what is found. */
function SearchField() {
  const app = useTheApp();
  const t = useT();
  const search = useSlice(readingOf, (state) => state.search);
  return (
    <label className="search">
      <Search size={15} aria-hidden="true" />
      <input
        type="search"
        value={search}
        placeholder={t('Search the reference')}
        aria-label={t('Search the reference')}
        onChange={(event) => {
          readPage(app, undefined);
          readingOf(app).setState({ search: event.target.value });
        }}
        onKeyDown={(event) => {
          const [first] = findPages(search);
          if (event.key === 'Enter' && !event.nativeEvent.isComposing && search !== '' && first)
            readPage(app, first.path);
        }}
      />
    </label>
  );
}

function PageList() {
  const t = useT();
  const search = useSlice(readingOf, (state) => state.search);
  const found = useMemo(() => findPages(search), [search]);
  if (found.length === 0) return <p className="empty">{t('No page speaks of that.')}</p>;
  return (
    <div className="reference-body">
      {search.trim() === '' ? (
        sections.map((section) => (
          <section key={section}>
            <h3>{t(sectionTitles[section])}</h3>
            <PageLinks pages={found.filter((page) => page.section === section)} />
          </section>
        ))
      ) : (
        <PageLinks pages={found} withSection />
      )}
    </div>
  );
}

function PageLinks({
  pages: listed,
  withSection = false,
}: {
  readonly pages: readonly Page[];
  readonly withSection?: boolean;
}) {
  const app = useTheApp();
  const t = useT();
  return (
    <ul className="reference-list">
      {listed.map(({ path, title, section }) => (
        <li key={path}>
          <button type="button" data-page={path} onClick={() => readPage(app, path)}>
            <span>{path.endsWith('README.md') ? t('All at a glance') : named(title)}</span>
            {withSection ? <span className="muted">{t(sectionTitles[section])}</span> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** One page, from its top; its links to other pages are followed here. */
function ReferencePage({ page }: { readonly page: Page }) {
  const { path } = page;
  const app = useTheApp();
  const language = useApp((state) => state.language);
  useT();
  const shown = pageInWords(page, language);
  const [body, setBody] = useState<HTMLElement | null>(null);
  useEffect(() => {
    body?.focus({ preventScroll: true });
  }, [body]);
  const help = useMemo(
    (): MarkdownHelp => ({
      link: (href, label) => {
        const to = linkedPage(path, href);
        if (to === undefined) return label;
        return (
          <button type="button" className="link" onClick={() => readPage(app, to)}>
            {label}
          </button>
        );
      },
      besideHeading: (heading) => <Example page={path} heading={heading} />,
    }),
    [app, path],
  );
  return (
    <article ref={setBody} className="reference-body reference-page" tabIndex={-1} data-page={path}>
      <Markdown text={shown} help={help} />
    </article>
  );
}

import { FileClock, FileJson, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import type { RecentFile } from '../../../shared/host/contract.ts';
import { type ZooEntry, zoo } from '../../../shared/zoo/index.ts';
import { CommandButton } from '../../commands/command-button.tsx';
import { openRecent, openZoo } from '../../documents/files.ts';
import { named, useT } from '../../i18n/i18n.ts';
import { exact, short } from '../../parts/format.ts';
import { useTheApp } from '../../state/use-app.ts';
import { familiesOf, findNetworks } from './families.ts';
import { Miniature } from './miniature.tsx';
import { digits, openSample, type Sample, samples } from './samples.ts';

/** What a card shows: where its design comes from, and under which name its analysis is kept. */
type Analysable = Pick<ZooEntry, 'id' | 'build'>;

/** Analyses are kept: going back to this page costs nothing. */
const analysed = new Map<string, Analysis>();
const waiting: (() => void)[] = [];

/** One at a time between frames, so that the page answers while cards fill in. */
function whenIdle(task: () => void): void {
  waiting.push(task);
  if (waiting.length === 1) setTimeout(work, 0);
}

function work(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setTimeout(work, 0);
}

/** The analysis of a network, once its card has come into view. */
function useAnalysis(
  { id, build }: Analysable,
  card: React.RefObject<HTMLElement | null>,
): Analysis | undefined {
  const [analysis, setAnalysis] = useState(analysed.get(id));
  useEffect(() => {
    const element = card.current;
    if (analysed.has(id) || !element) return undefined;
    const work = (): void => {
      const made = analysed.get(id) ?? analyze(build());
      analysed.set(id, made);
      setAnalysis(made);
    };
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      whenIdle(work);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [id, build, card]);
  return analysis;
}

/** Where a visit begins: something new, something known, or a published network. */
export function StartPage() {
  const t = useT();
  const [search, setSearch] = useState('');
  const searching = search.trim() !== '';
  return (
    <main className="start" data-testid="start">
      <aside className="start-side">
        <h1>Netwright</h1>
        <p className="muted">
          {t('Draw a convolutional network. See its shapes and costs while you draw. Run it.')}
        </p>
        <div className="start-actions">
          <CommandButton id="new" labelled primary />
          <CommandButton id="open" labelled />
        </div>
        <Recent />
        <section className="start-learn">
          <h2>{t('Learn')}</h2>
          <CommandButton id="tour" labelled />
          <CommandButton id="story" labelled />
          <CommandButton id="exercises" labelled />
          <CommandButton id="reference" labelled />
        </section>
        <Samples />
      </aside>
      <div className="start-main">
        <header className="start-head">
          <h2>{t('Start from a published network')}</h2>
          <label className="search">
            <Search size={15} aria-hidden="true" />
            <input
              type="search"
              value={search}
              placeholder={t('Find a network')}
              aria-label={t('Find a network')}
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
        </header>
        {searching ? <Families entries={findNetworks(zoo, search)} /> : <Everything />}
      </div>
    </main>
  );
}

/** The ones that everybody knows first, then all others by family. */
function Everything() {
  const t = useT();
  const [featured, rest] = useMemo(
    () => [zoo.filter((entry) => entry.featured), zoo.filter((entry) => !entry.featured)] as const,
    [],
  );
  return (
    <>
      <div className="cards">
        {digits ? <TrainedCard sample={digits} /> : null}
        {featured.map((entry) => (
          <Card key={entry.id} entry={entry} />
        ))}
      </div>
      <h2>{t('More networks')}</h2>
      <Families entries={rest} />
    </>
  );
}

function Families({ entries }: { readonly entries: readonly ZooEntry[] }) {
  const t = useT();
  const families = useMemo(() => familiesOf(entries), [entries]);
  if (families.length === 0) return <p className="empty">{t('No network of that name.')}</p>;
  return families.map(({ name, entries: members }) => (
    <section key={name ?? ''} className="family" data-family={name}>
      <h3>
        {name ?? t('One of a kind')}
        <span className="muted" title={t('{{count}} networks', { count: members.length })}>
          {members.length}
        </span>
      </h3>
      <div className="cards is-small">
        {members.map((entry) => (
          <Card key={entry.id} entry={entry} />
        ))}
      </div>
    </section>
  ));
}

function Card({ entry }: { readonly entry: ZooEntry }) {
  const app = useTheApp();
  useT();
  const { id, title, year, summary } = entry;
  return (
    <DesignCard
      entry={entry}
      title={named(title)}
      note={String(year)}
      summary={named(summary)}
      onOpen={() => void openZoo(app, id)}
    />
  );
}

/** A sample with weights: the quickest way to see a network do something. */
function TrainedCard({ sample }: { readonly sample: Sample }) {
  const app = useTheApp();
  const t = useT();
  const { design } = sample;
  const entry = useMemo(() => ({ id: 'digits', build: () => design }), [design]);
  return (
    <DesignCard
      entry={entry}
      title={t('Digits')}
      note={t('trained')}
      summary={t('Draw one and see it recognised.')}
      onOpen={() => void openSample(app, sample)}
    />
  );
}

interface DesignCardProps {
  readonly entry: Analysable;
  readonly title: string;
  readonly note: string;
  readonly summary: string;
  readonly onOpen: () => void;
}

/** A design with its shape in small and its costs. */
function DesignCard({ entry, title, note, summary, onOpen }: DesignCardProps) {
  const t = useT();
  const card = useRef<HTMLButtonElement>(null);
  const analysis = useAnalysis(entry, card);
  return (
    <button ref={card} type="button" className="card" data-zoo={entry.id} onClick={onOpen}>
      <span className="card-picture">{analysis ? <Miniature analysis={analysis} /> : null}</span>
      <span className="card-title">
        <strong>{title}</strong>
        <span className="muted">{note}</span>
      </span>
      <span className="card-costs">
        {analysis ? (
          <>
            <span title={exact(analysis.totals.macs)}>
              <b>{short(analysis.totals.macs)}</b> MACs
            </span>
            <span title={exact(analysis.totals.params)}>
              <b>{short(analysis.totals.params)}</b> {t('parameters')}
            </span>
          </>
        ) : null}
      </span>
      <span className="card-summary muted">{summary}</span>
    </button>
  );
}

function Recent() {
  const app = useTheApp();
  const { host } = app;
  const t = useT();
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  useEffect(() => {
    // A convenience: where nothing can be kept there is none.
    host.recentFiles().then(setRecent, () => undefined);
  }, [host]);
  return (
    <section>
      <h2>{t('Recent files')}</h2>
      {recent.length === 0 ? (
        <p className="hint">{t('Files that you open or save are listed here.')}</p>
      ) : null}
      <ul className="file-list">
        {recent.map(({ id, name, folder }) => (
          <li key={id}>
            <button type="button" onClick={() => void openRecent(app, id)} title={folder}>
              <FileClock size={15} />
              <span>{name}</span>
              <span className="muted">{folder}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Samples() {
  const app = useTheApp();
  const t = useT();
  return (
    <section>
      <h2>{t('Samples')}</h2>
      <ul className="file-list">
        {samples.map((sample) => (
          <li key={sample.path}>
            <button
              type="button"
              title={named(sample.design.notes ?? '')}
              onClick={() => void openSample(app, sample)}
            >
              <FileJson size={15} />
              <span>{named(sample.design.name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

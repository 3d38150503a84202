import { useMemo } from 'react';
import { leavesOf } from '../../../shared/analysis/leaves.ts';
import {
  countMemory,
  type MemoryCount,
  memoryConventionNames,
  memoryConventions,
} from '../../../shared/analysis/memory.ts';
import { memoryOf } from '../../../shared/budget/memory.ts';
import { useT } from '../../i18n/i18n.ts';
import { exactBytes, percent, shortBytes } from '../../parts/format.ts';
import { documentOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { LifetimeChart } from './lifetime-chart.tsx';
import { BestOrder, PatchList } from './memory-searches.tsx';
import { memoryChoicesOf, useMemoryChoices } from './memory-state.ts';
import { TargetTable } from './target-table.tsx';

/** The peak of activation memory under each convention, what is alive there, what would lower it, and where it fits. */
export function MemoryView() {
  const app = useTheApp();
  const t = useT();
  const analysis = useApp((state) => state.whole.analysis);
  const numbers = useApp((state) => documentOf(state).numbers);
  const batch = useApp((state) => documentOf(state).batch);
  const convention = useMemoryChoices((state) => state.convention);
  const { leaves, counts, ofOne } = useMemo(() => {
    const all = leavesOf(analysis.topology, analysis.facts);
    const counted = (samples: number) =>
      memoryConventionNames.map((name) =>
        name === 'engineArena'
          ? memoryOf(analysis, name, { numbers, batch: samples })
          : countMemory(all, { numbers, batch: samples }, name),
      );
    return { leaves: all, counts: counted(batch), ofOne: batch === 1 ? undefined : counted(1) };
  }, [analysis, numbers, batch]);
  const countIn = (name: string): MemoryCount | undefined =>
    counts.find((count) => count?.convention === name);
  const plain = countIn('plain')!.peakBytes;
  // A network that the engine cannot run has none of its arena.
  const chosen = countIn(convention) ?? countIn('plain')!;
  if (plain === 0) return <p className="empty">{t('The profile is drawn once every shape is known.')}</p>;
  return (
    <div className="memory-view" data-testid="memory-view">
      <div className="memory-side">
        <p className="hint" data-testid="memory-of">
          {batch === 1
            ? t('Of one sample in {{type}}.', { type: numbers.activations })
            : t('Of a batch of {{batch}} in {{type}}.', { batch, type: numbers.activations })}
        </p>
        <table className="table">
          <thead>
            <tr>
              <th>{t('Peak memory, counted with')}</th>
              <th className="number">{t('Peak')}</th>
              <th />
              {ofOne ? <th className="number">{t('One sample')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {memoryConventionNames.map((name, place) => {
              const sampleBytes = ofOne?.[place]?.peakBytes;
              const peakBytes = countIn(name)?.peakBytes;
              const { title, doc } = memoryConventions[name];
              return (
                <tr key={name} className={name === chosen.convention ? 'is-selected' : ''}>
                  <td title={t(doc)}>
                    <button
                      type="button"
                      className="link"
                      aria-pressed={name === chosen.convention}
                      data-convention={name}
                      disabled={peakBytes === undefined}
                      onClick={() => memoryChoicesOf(app).setState({ convention: name })}
                    >
                      {t(title)}
                    </button>
                  </td>
                  {peakBytes === undefined ? (
                    <td
                      className="number muted"
                      colSpan={ofOne ? 3 : 2}
                      title={t('This engine cannot run this network.')}
                    >
                      ?
                    </td>
                  ) : (
                    <>
                      <td className="number" title={exactBytes(peakBytes)}>
                        {shortBytes(peakBytes)}
                      </td>
                      <td className="number muted">
                        {name === 'plain' ? null : percent(peakBytes / plain - 1)}
                      </td>
                      {sampleBytes === undefined ? null : (
                        <td className="number" title={exactBytes(sampleBytes)}>
                          {shortBytes(sampleBytes)}
                        </td>
                      )}
                    </>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
        <BestOrder leaves={leaves} numbers={numbers} batch={batch} />
        {chosen.convention === 'engineArena' ? null : (
          <PatchList leaves={leaves} numbers={numbers} batch={batch} convention={chosen.convention} />
        )}
        <TargetTable leaves={leaves} />
      </div>
      <LifetimeChart count={chosen} />
    </div>
  );
}

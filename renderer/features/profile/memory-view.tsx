import { useMemo } from 'react';
import { leavesOf } from '../../../shared/analysis/leaves.ts';
import { countMemory, memoryConventionNames, memoryConventions } from '../../../shared/analysis/memory.ts';
import { useT } from '../../i18n/i18n.ts';
import { exact, percent, shortBytes } from '../../parts/format.ts';
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
  const { leaves, counts } = useMemo(() => {
    const all = leavesOf(analysis.topology, analysis.facts);
    return {
      leaves: all,
      counts: memoryConventionNames.map((name) => countMemory(all, { numbers, batch }, name)),
    };
  }, [analysis, numbers, batch]);
  const chosen = counts.find((count) => count.convention === convention)!;
  const plain = counts.find((count) => count.convention === 'plain')!.peakBytes;
  if (plain === 0) return <p className="empty">{t('The profile is drawn once every shape is known.')}</p>;
  return (
    <div className="memory-view" data-testid="memory-view">
      <div className="memory-side">
        <table className="table">
          <thead>
            <tr>
              <th>{t('Peak memory, counted with')}</th>
              <th className="number">{t('Peak')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {counts.map(({ convention: name, peakBytes }) => (
              <tr key={name} className={name === convention ? 'is-selected' : ''}>
                <td title={t(memoryConventions[name].doc)}>
                  <button
                    type="button"
                    className="link"
                    aria-pressed={name === convention}
                    data-convention={name}
                    onClick={() => memoryChoicesOf(app).setState({ convention: name })}
                  >
                    {t(memoryConventions[name].title)}
                  </button>
                </td>
                <td className="number" title={exact(peakBytes)}>
                  {shortBytes(peakBytes)}
                </td>
                <td className="number muted">{name === 'plain' ? null : percent(peakBytes / plain - 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <BestOrder leaves={leaves} numbers={numbers} batch={batch} />
        <PatchList leaves={leaves} numbers={numbers} batch={batch} convention={convention} />
        <TargetTable leaves={leaves} />
      </div>
      <LifetimeChart count={chosen} steps={leaves.length} />
    </div>
  );
}

import { FileDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../shared/base/problem.ts';
import type { RunProgress as Progress } from '../../../shared/runtime/backend.ts';
import type { BackendsComparison, LayerComparison } from '../../../shared/runtime/maps/compare-backends.ts';
import { comparisonCsv } from '../../../shared/runtime/maps/comparison-csv.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import { ProblemCard } from '../../cards/problem-cards.tsx';
import { Offer, UnderWay } from '../../cards/under-way.tsx';
import { exportFile } from '../../documents/files.ts';
import { stemOf } from '../../documents/saving.ts';
import { useT } from '../../i18n/i18n.ts';
import { useMaps } from '../../state/run/maps-store.ts';
import { valueText } from '../../state/run/number.ts';
import { problemFrom } from '../../state/run/outcome.ts';
import { remoteSession } from '../../state/run/runner.ts';
import { useTheApp } from '../../state/use-app.ts';

type Status =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: Progress | undefined }
  | { readonly kind: 'done'; readonly comparison: BackendsComparison }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The last run again on the CPU and on WebGL, layer by layer: how far they are apart, and what each took. */
export function BackendsComparisonView() {
  const app = useTheApp();
  const t = useT();
  const run = useMaps((state) => state.run);
  const [status, setStatus] = useState<Status>({ kind: 'idle' });
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  if (!run) return null;
  const start = async (): Promise<void> => {
    const own = new AbortController();
    abort.current = own;
    setStatus({ kind: 'running', progress: undefined });
    try {
      const comparison = await remoteSession().compare(run.outcome.feeds, ['cpu', 'webgl'], {
        signal: own.signal,
        onProgress: (progress) => setStatus({ kind: 'running', progress }),
      });
      setStatus({ kind: 'done', comparison });
    } catch (error) {
      const cancelled = own.signal.aborted || error instanceof RunCancelled;
      setStatus(cancelled ? { kind: 'idle' } : { kind: 'failed', problem: problemFrom(error) });
    }
  };
  switch (status.kind) {
    case 'idle':
      return (
        <Offer
          what={t('Runs the same input on the CPU and on WebGL and lists how far every layer is apart.')}
          action={t('Compare')}
          onAct={() => void start()}
        />
      );
    case 'running':
      return (
        <UnderWay fraction={status.progress?.fraction ?? 0} onCancel={() => abort.current?.abort()}>
          {status.progress?.node || t('Making ready')}
        </UnderWay>
      );
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'done':
      return (
        <ComparisonTable
          comparison={status.comparison}
          onSave={() =>
            void exportFile(
              app,
              `${stemOf(run.design)}-backends.csv`,
              new TextEncoder().encode(comparisonCsv(status.comparison)),
            )
          }
        />
      );
  }
}

type Column = 'order' | 'largest' | 'relative' | 'first' | 'second';

const keys: Readonly<Record<Exclude<Column, 'order'>, (layer: LayerComparison) => number>> = {
  largest: ({ largest }) => (Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest),
  relative: ({ relative }) => (Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative),
  first: ({ milliseconds }) => milliseconds[0] ?? 0,
  second: ({ milliseconds }) => milliseconds[1] ?? 0,
};

function ComparisonTable({
  comparison,
  onSave,
}: {
  readonly comparison: BackendsComparison;
  readonly onSave: () => void;
}) {
  const t = useT();
  const [sort, setSort] = useState<Column>('relative');
  const { backends, layers, milliseconds } = comparison;
  const rows = sort === 'order' ? layers : [...layers].sort((a, b) => keys[sort](b) - keys[sort](a));
  const head = (column: Column, title: string) => (
    <th aria-sort={sort === column ? 'descending' : 'none'}>
      <button type="button" onClick={() => setSort(column)}>
        {title}
      </button>
    </th>
  );
  const time = ({ milliseconds: times, fusedInto }: LayerComparison, side: 0 | 1) => (
    <td
      className="number"
      title={fusedInto[side] ? t('computed with {{layer}}', { layer: fusedInto[side] }) : ''}
    >
      {times[side] === undefined ? (fusedInto[side] ? '↓' : '') : times[side].toFixed(2)}
    </td>
  );
  return (
    <div className="profile-table">
      <table className="table" data-testid="backends-comparison">
        <thead>
          <tr>
            {head('order', t('Layer'))}
            {head('largest', t('Largest difference'))}
            {head('relative', t('Relative to rms'))}
            {head('first', `${backends[0]} ms`)}
            {head('second', `${backends[1]} ms`)}
          </tr>
        </thead>
        <tbody>
          {rows.map((layer) => (
            <tr key={layer.node} data-layer={layer.node}>
              <td>{layer.node}</td>
              <td className="number">{valueText(layer.largest)}</td>
              <td className="number">{valueText(layer.relative)}</td>
              {time(layer, 0)}
              {time(layer, 1)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>{t('Whole run')}</td>
            <td className="number">{milliseconds[0].toFixed(2)}</td>
            <td className="number">{milliseconds[1].toFixed(2)}</td>
          </tr>
        </tfoot>
      </table>
      <button type="button" className="button is-small" onClick={onSave}>
        <FileDown size={13} /> CSV
      </button>
    </div>
  );
}

import { Pin } from 'lucide-react';
import { useMemo } from 'react';
import { analyzeBaseline } from '../../shared/analysis/budget.ts';
import { type ChangeKind, compare, type LayerChange } from '../../shared/analysis/compare.ts';
import { formatSample } from '../../shared/base/dims.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { pinBaseline } from '../../shared/graph/edits.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { run } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { exact, percent, short, shortBytes, signed } from '../parts/format.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { familyStyle } from '../parts/theme.ts';
import { app, designOf, useApp } from '../store/app.ts';

/** What changed against the pinned design: layers added, removed and changed, and what each change costs. */
export function ComparePanel() {
  const t = useT();
  const analysis = useApp((state) => state.analysis);
  const baseline = useApp((state) => designOf(state).budget.baseline);
  const comparison = useMemo(
    () => (baseline ? compare(analyzeBaseline(baseline), analysis) : undefined),
    [baseline, analysis],
  );
  if (!baseline || !comparison) {
    return (
      <div className="empty-panel">
        <p>{t('Pin today’s design, then change it: every difference is listed here with its cost.')}</p>
        <button type="button" className="button is-primary" onClick={() => run('pinBaseline')}>
          <Pin size={14} /> {t('Pin as baseline')}
        </button>
        <ZooPicker />
      </div>
    );
  }
  const rows = comparison.rows.filter(({ change }) => change !== 'same');
  const { before, after } = comparison;
  return (
    <div className="compare-panel">
      <div className="panel-tools">
        <span>
          {t('Against')} <b>{baseline.name}</b>
        </span>
        <Total title={t('Multiply-adds')} before={before.macs} after={after.macs} format={short} />
        <Total title={t('Parameters')} before={before.params} after={after.params} format={short} />
        <Total title={t('Peak memory')} before={before.peakBytes} after={after.peakBytes} format={shortBytes} />
        <ZooPicker />
      </div>
      {rows.length === 0 ? (
        <p className="empty">{t('No difference.')}</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>{t('Change')}</th>
                <th>{t('Layer')}</th>
                <th>{t('What')}</th>
                <th>{t('Output')}</th>
                <th>{t('Multiply-adds')}</th>
                <th>{t('Parameters')}</th>
                <th>{t('Output memory')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <ChangeRow key={`${row.before?.id}/${row.after?.id}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Total({
  title,
  before,
  after,
  format,
}: {
  readonly title: string;
  readonly before: number;
  readonly after: number;
  readonly format: (value: number) => string;
}) {
  return (
    <span className="total" title={`${exact(before)} → ${exact(after)}`}>
      {title} <b>{format(after)}</b> <em>{before === 0 ? '' : percent(after / before - 1)}</em>
    </span>
  );
}

function ZooPicker() {
  const t = useT();
  return (
    <label>
      {t('Compare with')}{' '}
      <select
        value=""
        aria-label={t('Compare with')}
        onChange={(event) => {
          const entry = zooEntry(event.target.value);
          if (entry) app.getState().edit(t('Pin {{name}}', { name: entry.title }), pinBaseline(entry.build()));
        }}
      >
        <option value="">{t('a published network …')}</option>
        {zoo.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

const marks: Readonly<Record<ChangeKind, string>> = { added: '+', removed: '−', changed: '~', same: '' };

function ChangeRow({ row }: { readonly row: LayerChange }) {
  const t = useT();
  const { change, before, after, params, difference } = row;
  const side = after ?? before!;
  const moved = before && after && before.id !== after.id ? `${before.id} → ${after.id}` : side.id;
  const out = [before?.output, after?.output].map((dims) => (dims ? formatSample(dims) : undefined));
  const told = params.map(({ name, before: a, after: b }) => `${name} ${JSON.stringify(a)} → ${JSON.stringify(b)}`);
  return (
    <tr className={`is-${change}`} style={familyStyle(definitionOf(side.kind).group)}>
      <td>
        <span className="change-mark">{marks[change]}</span> {t(change)}
      </td>
      <td>
        <span className="row-name">
          <LayerIcon kind={side.kind} size={15} /> <b>{moved}</b>
        </span>
      </td>
      <td>{told.join(', ') || definitionOf(side.kind).title}</td>
      <td className="number">{out[0] !== out[1] && out[0] && out[1] ? `${out[0]} → ${out[1]}` : (out[1] ?? out[0])}</td>
      <td className="number" title={exact(difference.macs)}>
        {signed(difference.macs, short)}
      </td>
      <td className="number" title={exact(difference.params)}>
        {signed(difference.params, short)}
      </td>
      <td className="number" title={exact(difference.outputBytes)}>
        {signed(difference.outputBytes, shortBytes)}
      </td>
    </tr>
  );
}

import { useState } from 'react';
import { type Comparison, type LayerChange, repeatChange } from '../../../shared/analysis/compare.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { quantityOf } from '../../../shared/budget/budget.ts';
import { changeOf, changeTitles, repeatText } from '../../cards/difference-tag.tsx';
import { named, useT } from '../../i18n/i18n.ts';
import { exact, exactBytes, percent, short, shortBytes, signed } from '../../parts/format.ts';
import { useTheApp } from '../../state/use-app.ts';
import { paramText } from './param-text.ts';

/** The totals under the columns, in their order. */
const sums = [
  ['macs', short],
  ['params', short],
  ['outputBytes', shortBytes],
] as const;

const differs = ({ change, moved }: LayerChange): boolean => change !== 'same' || moved;

/** Two designs layer by layer, with what every change costs. */
export function LayerTable({ comparison }: { readonly comparison: Comparison }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const rows = comparison.rows.filter((row) => all || differs(row));
  return (
    <div className="table-scroll">
      <table className="table compare-table">
        <thead>
          <tr>
            <th className="compare-change">{t('Change')}</th>
            <th className="compare-layer">{t('Layer')}</th>
            <th>
              {t('What')}
              <label className="inline compare-all">
                <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
                <span>{t('Also what is the same')}</span>
              </label>
            </th>
            <th className="number">{t('Multiply-adds')}</th>
            <th className="number">{t('Parameters')}</th>
            <th className="number">{t('Memory')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ChangeRow key={`${row.before?.id}>${row.after?.id}`} row={row} />
          ))}
          {rows.length === 0 ? (
            <tr>
              <td colSpan={6} className="empty">
                {t('No layer differs.')}
              </td>
            </tr>
          ) : null}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>
              {t('Peak memory')}{' '}
              <Change
                before={quantityOf(comparison.before, 'memory')}
                after={quantityOf(comparison.after, 'memory')}
                format={shortBytes}
                whole={exactBytes}
              />
            </td>
            {sums.map(([sum, format]) => (
              <td key={sum} className="number">
                <Change before={comparison.before[sum]} after={comparison.after[sum]} format={format} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

interface ChangeProps {
  readonly before: number;
  readonly after: number;
  readonly format: (value: number) => string;
  readonly whole?: (value: number) => string;
}

/** By how much a total moved, absolutely and in per cent. */
function Change({ before, after, format, whole = exact }: ChangeProps) {
  return (
    <span title={`${whole(before)} → ${whole(after)}`}>
      {signed(after - before, format)}
      {before === 0 ? null : <span className="muted"> {percent(after / before - 1)}</span>}
    </span>
  );
}

function ChangeRow({ row }: { readonly row: LayerChange }) {
  const app = useTheApp();
  const t = useT();
  const { before, after, params, difference } = row;
  const change = changeOf(row);
  const side = after ?? before;
  const shapes =
    before && after && before.output && after.output
      ? [formatSample(before.output), formatSample(after.output)]
      : [];
  const copies = repeatChange(row);
  const what = [
    ...(copies ? [repeatText(copies)] : []),
    ...params
      .filter(({ name }) => name !== copies?.name)
      .map((param) => paramText(param, before?.kind, after?.kind)),
    ...(shapes[0] === shapes[1] ? [] : [shapes.join(' → ')]),
  ];
  return (
    <tr className={`is-${change}`} data-change={change}>
      <td>
        <span className={`tag is-${change}`}>{t(changeTitles[change])}</span>
      </td>
      <td title={[before?.id, after?.id].filter((id) => id !== undefined).join(' → ')}>
        {before && before.id !== after?.id ? before.id : null}
        {before && after && before.id !== after.id ? ' → ' : null}
        {after ? (
          <button
            type="button"
            className="link"
            onClick={() => {
              app.getState().select([after.id]);
              app.viewport.show([after.id]);
            }}
          >
            {after.id}
          </button>
        ) : null}
      </td>
      <td title={what.join('\n')}>{what.join(', ') || (side ? named(definitionOf(side.kind).title) : '')}</td>
      <td className="number">{signed(difference.macs, short)}</td>
      <td className="number">{signed(difference.params, short)}</td>
      <td className="number">{signed(difference.outputBytes, shortBytes)}</td>
    </tr>
  );
}

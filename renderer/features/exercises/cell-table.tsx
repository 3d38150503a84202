import { useMemo } from 'react';
import { analyze } from '../../../shared/analysis/analyze.ts';
import {
  cellKey,
  type Exercise,
  figureNames,
  figures,
  type Table,
} from '../../../shared/exercise/exercise.ts';
import { type CellVerdict, cellText } from '../../../shared/exercise/judge.ts';
import { useT } from '../../i18n/i18n.ts';
import { useTheApp } from '../../state/use-app.ts';
import { answer } from './working.ts';

interface Props {
  readonly exercise: Exercise;
  readonly table: Table;
  readonly cells: readonly CellVerdict[];
}

/** The cost table of the start design; its hidden cells are fields. */
export function CellTable({ exercise, table, cells }: Props) {
  const t = useT();
  const analysis = useMemo(() => analyze(exercise.start), [exercise]);
  const hidden = useMemo(() => new Map(cells.map((each) => [cellKey(each.cell), each])), [cells]);
  return (
    <div className="exercise-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('Layer')}</th>
            {figureNames.map((figure) => (
              <th key={figure} scope="col">
                {t(figures[figure].title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((node) => (
            <tr key={node}>
              <th scope="row">{node}</th>
              {figureNames.map((figure) => {
                const asked = hidden.get(cellKey({ node, figure }));
                return (
                  <td key={figure}>
                    {asked ? (
                      <HiddenCell verdict={asked} />
                    ) : (
                      (cellText({ node, figure }, analysis.facts.get(node)) ?? '—')
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HiddenCell({ verdict: { cell, given, met } }: { readonly verdict: CellVerdict }) {
  const app = useTheApp();
  const t = useT();
  return (
    <input
      className={met === undefined ? '' : met ? 'is-right' : 'is-wrong'}
      value={given}
      placeholder="?"
      aria-label={`${cell.node}: ${t(figures[cell.figure].title)}`}
      aria-invalid={met === false}
      title={met === undefined ? undefined : met ? t('Right') : t('Not yet right')}
      data-cell={cellKey(cell)}
      onChange={(event) => answer(app, cellKey(cell), event.target.value)}
    />
  );
}

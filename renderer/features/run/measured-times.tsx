import { useT } from '../../i18n/i18n.ts';
import { milliseconds } from '../../parts/format.ts';
import { hover } from '../../state/hover.ts';
import { closeMeasuredTimes, type MeasuredTimes } from '../../state/run/measured-times.ts';
import { nodesOfStep } from '../../state/run/run-times.ts';
import { useTheApp } from '../../state/use-app.ts';

/** What another tool measured, by layer; what is of no layer stays, so that the sum is the tool's. */
export function MeasuredTimesView({ times }: { readonly times: MeasuredTimes }) {
  const app = useTheApp();
  const t = useT();
  const { name, tool, matched, unmatched, unknown, total } = times;
  const rows = [...matched, ...unmatched.map((row) => ({ ...row, nodes: [] as readonly string[] }))];
  const most = rows.reduce((largest, row) => Math.max(largest, row.milliseconds), 0);
  return (
    <section className="measured-times" data-testid="measured-times">
      <p>
        {t('{{name}} by {{tool}}: {{time}} in all.', { name, tool, time: milliseconds(total) })}{' '}
        <button type="button" className="link" onClick={() => closeMeasuredTimes(app)}>
          {t('Remove')}
        </button>
      </p>
      {unknown.length > 0 ? (
        <p className="hint">{t('Nothing is told of {{count}} layers.', { count: unknown.length })}</p>
      ) : null}
      <div className="profile-table">
        <table className="table">
          <thead>
            <tr>
              <th>{t('Layer')}</th>
              <th>{t('As the tool calls it')}</th>
              <th>ms</th>
              <th>{t('Share')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={row.name}
                onMouseEnter={() => hover(app, nodesOfStep(row)[0])}
                onMouseLeave={() => hover(app, undefined)}
              >
                <td title={row.nodes.join(' + ')}>{row.nodes.join(' + ') || t('of no layer')}</td>
                <td>{row.name}</td>
                <td className="number">{row.milliseconds.toFixed(3)}</td>
                <td className="bar-cell">
                  <span style={{ transform: `scaleX(${most === 0 ? 0 : row.milliseconds / most})` }} />
                  <em>{total === 0 ? '' : `${((100 * row.milliseconds) / total).toFixed(1)} %`}</em>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

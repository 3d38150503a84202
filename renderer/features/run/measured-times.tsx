import { measuredTogether } from '../../../shared/formats/measurements/together.ts';
import { useT } from '../../i18n/i18n.ts';
import { milliseconds, percent, signed } from '../../parts/format.ts';
import { hover } from '../../state/hover.ts';
import {
  closeMeasuredTimes,
  compareMeasuredTimes,
  dropOtherTimes,
  type MeasuredTimes,
  useOtherTimes,
} from '../../state/run/measured-times.ts';
import { nodesOfStep } from '../../state/run/run-times.ts';
import { useTheApp } from '../../state/use-app.ts';

/** What another tool measured, by layer; what is of no layer stays, so that the sum is the tool's. */
export function MeasuredTimesView({ times }: { readonly times: MeasuredTimes }) {
  const app = useTheApp();
  const t = useT();
  const other = useOtherTimes();
  const { name, tool, matched, unmatched, unknown, total } = times;
  const rows = [...matched, ...unmatched.map((row) => ({ ...row, nodes: [] as readonly string[] }))];
  const most = rows.reduce((largest, row) => Math.max(largest, row.milliseconds), 0);
  return (
    <section className="measured-times" data-testid="measured-times">
      <p>
        {t('{{name}} by {{tool}}: {{time}} in all.', { name, tool, time: milliseconds(total) })}{' '}
        <button type="button" className="link" onClick={() => closeMeasuredTimes(app)}>
          {t('Remove')}
        </button>{' '}
        <button type="button" className="link" onClick={() => void compareMeasuredTimes(app)}>
          {t('Compare with other times …')}
        </button>
      </p>
      {other ? <TimesTogether first={times} second={other} /> : null}
      {unknown.length > 0 ? (
        <p className="hint">{t('Nothing is told of {{count}} layers.', { count: unknown.length })}</p>
      ) : null}
      {other ? null : (
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
      )}
    </section>
  );
}

/** Two measurements, by the layers that they tell of; what is of no layer stands by itself. */
function TimesTogether({ first, second }: { readonly first: MeasuredTimes; readonly second: MeasuredTimes }) {
  const app = useTheApp();
  const t = useT();
  const rest = ({ unmatched }: MeasuredTimes): number =>
    unmatched.reduce((sum, row) => sum + row.milliseconds, 0);
  const rows = [
    ...measuredTogether(first, second),
    { nodes: [] as readonly string[], times: [rest(first), rest(second)] as const },
  ];
  return (
    <>
      <p>
        {t('{{name}} by {{tool}}: {{time}} in all.', {
          name: second.name,
          tool: second.tool,
          time: milliseconds(second.total),
        })}{' '}
        <button type="button" className="link" onClick={() => dropOtherTimes(app)}>
          {t('No longer compare')}
        </button>
      </p>
      <div className="profile-table" data-testid="times-together">
        <table className="table">
          <thead>
            <tr>
              <th>{t('Layer')}</th>
              <th className="number">{first.name}</th>
              <th className="number">{second.name}</th>
              <th className="number">{t('Difference')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ nodes, times: [before, after] }) => (
              <tr
                key={nodes.join()}
                onMouseEnter={() => hover(app, nodesOfStep({ nodes })[0])}
                onMouseLeave={() => hover(app, undefined)}
              >
                <td title={nodes.join(' + ')}>{nodes.join(' + ') || t('of no layer')}</td>
                <Apart before={before} after={after} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{t('in all')}</td>
              <Apart before={first.total} after={second.total} />
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  );
}

function Apart({ before, after }: { readonly before: number; readonly after: number }) {
  return (
    <>
      <td className="number">{before.toFixed(3)}</td>
      <td className="number">{after.toFixed(3)}</td>
      <td className="number">
        {signed(after - before, (value) => value.toFixed(3))}
        {before === 0 ? null : <span className="muted"> {percent(after / before - 1)}</span>}
      </td>
    </>
  );
}

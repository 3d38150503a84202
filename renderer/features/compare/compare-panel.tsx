import { useEffect, useMemo, useState } from 'react';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { analyzeBaseline, quantityOf } from '../../../shared/analysis/budget.ts';
import { type ChangeKind, compare, type LayerChange } from '../../../shared/analysis/compare.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { CommandButton } from '../../commands/command-button.tsx';
import { fromHost } from '../../documents/file-to-open.ts';
import { readFile } from '../../documents/files.ts';
import { useT } from '../../i18n/i18n.ts';
import { exact, percent, short, shortBytes, signed } from '../../parts/format.ts';
import { documentOf } from '../../state/app-state.ts';
import { comparedOf, useCompared } from '../../state/compared.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

interface Other {
  readonly name: string;
  readonly analysis: Analysis;
}

const BASELINE = 'baseline';
const FILE = 'file';
/** The totals under the columns, in their order. */
const sums = [
  ['macs', short],
  ['params', short],
  ['outputBytes', shortBytes],
] as const;

/** The design beside its baseline, a file or a published network, layer by layer. */
export function ComparePanel() {
  const app = useTheApp();
  const t = useT();
  const baseline = useApp((state) => documentOf(state).budget.baseline);
  const analysis = useApp((state) => state.whole.analysis);
  const asked = useCompared((state) => state.other);
  const [choice, setChoice] = useState(asked ? FILE : BASELINE);
  const file = useMemo(
    (): Other | undefined => asked && { name: asked.name, analysis: analyze(asked.design) },
    [asked],
  );
  useEffect(() => {
    if (asked) setChoice(FILE);
  }, [asked]);
  const [all, setAll] = useState(false);
  const other = useMemo((): Other | undefined => {
    if (choice === BASELINE) return baseline && { name: baseline.name, analysis: analyzeBaseline(baseline) };
    if (choice === FILE) return file;
    const entry = zooEntry(choice);
    return entry && { name: entry.title, analysis: analyze(entry.build()) };
  }, [choice, baseline, file]);
  const comparison = useMemo(() => other && compare(other.analysis, analysis), [other, analysis]);
  const pick = async (): Promise<void> => {
    const opened = await app.host.openFile({ kind: 'design' });
    const read = opened && (await readFile(app, fromHost(app, opened)));
    if (!read) return;
    comparedOf(app).setState({ other: { name: opened.name, design: read.design } });
  };
  const rows = comparison?.rows.filter(({ change }) => all || change !== 'same') ?? [];
  return (
    <div className="compare" data-testid="compare">
      <div className="panel-bar">
        <label className="inline">
          <span>{t('Against')}</span>
          <select value={choice} onChange={(event) => setChoice(event.target.value)}>
            <option value={BASELINE}>
              {baseline ? t('Baseline {{name}}', { name: baseline.name }) : t('the baseline')}
            </option>
            {file ? <option value={FILE}>{file.name}</option> : null}
            {zoo.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button is-small" onClick={() => void pick()}>
          {t('A file …')}
        </button>
        <label className="inline">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          <span>{t('Also what is the same')}</span>
        </label>
        <span className="spacer" />
        <CommandButton id="pin" labelled />
      </div>
      {comparison ? (
        <div className="table-scroll">
          <table className="table compare-table">
            <thead>
              <tr>
                <th className="compare-change">{t('Change')}</th>
                <th className="compare-layer">{t('Layer')}</th>
                <th>{t('What')}</th>
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
      ) : (
        <p className="empty">
          {t('Pin the design as baseline, then change it: what differs is listed here.')}
        </p>
      )}
    </div>
  );
}

/** By how much a total moved, absolutely and in per cent. */
function Change({
  before,
  after,
  format,
}: {
  readonly before: number;
  readonly after: number;
  readonly format: (value: number) => string;
}) {
  return (
    <span title={`${exact(before)} → ${exact(after)}`}>
      {signed(after - before, format)}
      {before === 0 ? null : <span className="muted"> {percent(after / before - 1)}</span>}
    </span>
  );
}

const changeTitles: Readonly<Record<ChangeKind, string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  same: 'same',
};

function ChangeRow({ row }: { readonly row: LayerChange }) {
  const app = useTheApp();
  const t = useT();
  const { change, before, after, params, difference } = row;
  const side = after ?? before;
  const shapes =
    before && after && before.output && after.output
      ? [formatSample(before.output), formatSample(after.output)]
      : [];
  const what = [
    ...params.map(
      ({ name, before: old, after: now }) => `${name} ${JSON.stringify(old)} → ${JSON.stringify(now)}`,
    ),
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
      <td title={what.join('\n')}>{what.join(', ') || (side ? definitionOf(side.kind).title : '')}</td>
      <td className="number">{signed(difference.macs, short)}</td>
      <td className="number">{signed(difference.params, short)}</td>
      <td className="number">{signed(difference.outputBytes, shortBytes)}</td>
    </tr>
  );
}

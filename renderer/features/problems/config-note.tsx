import { FileCog } from 'lucide-react';
import { Fragment } from 'react';
import { configName } from '../../../shared/formats/config-file.ts';
import { quantityTable } from '../../../shared/graph/quantities.ts';
import { isPresetName, presets } from '../../../shared/lint/presets.ts';
import { useT } from '../../i18n/i18n.ts';
import { fileName } from '../../state/config.ts';
import { budgetOf, configSources, lintOf } from '../../state/judged.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** What a configuration beside the design says of it, and in which file; what of it is mistaken. */
export function ConfigNote() {
  const t = useT();
  const config = useApp((state) => state.config);
  if (!config) return null;
  return (
    <>
      {config.troubles.map((trouble) => (
        <p key={trouble} className="over-budget" data-testid="config-trouble">
          {t('The configuration beside this design does not hold here: {{trouble}}', { trouble })}
        </p>
      ))}
      {config.layers.length > 0 ? (
        <details className="config-note" data-testid="config-note">
          <summary>
            <FileCog size={14} />{' '}
            {t('{{file}} holds here, under what the design says.', { file: config.file })}
          </summary>
          <Sources />
        </details>
      ) : null}
    </>
  );
}

function Sources() {
  const t = useT();
  const sources = useApp(configSources);
  const { preset } = useApp(lintOf);
  const baseline = useApp((state) => budgetOf(state).baseline?.name);
  if (!sources) return null;
  const limits = Object.entries(sources.limits) as [keyof typeof quantityTable, string][];
  const rows: readonly (readonly [string, string])[] = [
    ...(sources.preset === undefined
      ? []
      : [
          [
            `${t('Pack')}: ${isPresetName(preset) ? t(presets[preset].title) : preset}`,
            sources.preset,
          ] as const,
        ]),
    ...Object.entries(sources.rules).map(
      ([id, file]) => [t('Severity of {{rule}}', { rule: id }), file] as const,
    ),
    ...Object.entries(sources.own).map(([id, file]) => [`${t('Own rule')}: ${id}`, file] as const),
    ...limits.map(
      ([quantity, file]) => [`${t('Limit')}: ${t(quantityTable[quantity].title)}`, file] as const,
    ),
    ...(sources.baseline === undefined
      ? []
      : [[t('Baseline {{name}}', { name: baseline ?? '?' }), sources.baseline] as const]),
  ];
  if (rows.length === 0) return <p className="muted">{t('The design says all of it itself.')}</p>;
  return (
    <dl>
      {rows.map(([what, file]) => (
        <Fragment key={what}>
          <dt>{what}</dt>
          <dd title={file}>{file}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Where a rule gets its severity, or comes from at all, other than from its pack and the design. */
export function RuleSource({ rule }: { readonly rule: string }) {
  const file = useApp((state) => {
    const sources = configSources(state);
    return sources?.rules[rule] ?? sources?.own[rule];
  });
  return file === undefined ? null : (
    <span className="muted" title={file}>
      {fileName(file)}
    </span>
  );
}

/** In a browser nothing is read beside a design: that is told where one chooses rules. */
export function ConfigAbsent() {
  const app = useTheApp();
  const t = useT();
  if (app.host.kind === 'desktop') return null;
  return (
    <span className="muted config-absent">
      {t('A browser reads no {{file}} beside a design; the desktop app and the command do.', {
        file: configName,
      })}
    </span>
  );
}

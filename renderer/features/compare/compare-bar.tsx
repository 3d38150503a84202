import { X } from 'lucide-react';
import { CommandButton } from '../../commands/command-button.tsx';
import { useT } from '../../i18n/i18n.ts';
import { comparedOf, dropCompared, useCompared } from '../../state/compared.ts';
import { budgetOf } from '../../state/judged.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { AddDesign } from './add-design.tsx';
import type { ComparedDesigns } from './use-compared-designs.ts';

export const compareViewTitles = {
  layers: 'Layers',
  totals: 'Totals',
  plot: 'Plot',
  depth: 'Along depth',
} as const;
export type CompareView = keyof typeof compareViewTitles;
const views = Object.keys(compareViewTitles) as readonly CompareView[];

interface Props {
  readonly designs: ComparedDesigns;
  readonly view: CompareView;
  readonly onView: (view: CompareView) => void;
}

/** What the design is held against, and how that is shown. */
export function CompareBar({ designs, view, onView }: Props) {
  const t = useT();
  return (
    <div className="panel-bar compare-bar">
      <Others designs={designs} />
      <AddDesign />
      <span className="spacer" />
      <fieldset className="segments" aria-label={t('Show')}>
        {views.map((name) => (
          <button key={name} type="button" aria-pressed={view === name} onClick={() => onView(name)}>
            {t(compareViewTitles[name])}
          </button>
        ))}
      </fieldset>
      <CanvasToggle />
      <CommandButton id="compare.open" />
      <CommandButton id="compare.same" />
      <CommandButton id="compare.markdown" />
      <CommandButton id="compare.csv" />
      <CommandButton id="compare.svg" />
      <CommandButton id="pin" />
    </div>
  );
}

function Others({ designs: { others, chosen } }: { readonly designs: ComparedDesigns }) {
  const app = useTheApp();
  const t = useT();
  const baseline = useApp((state) => budgetOf(state).baseline?.name);
  return (
    <span className="compare-others">
      {others.map(({ name }) => (
        <span key={name} className={`compared${name === chosen?.name ? ' is-chosen' : ''}`}>
          <button
            type="button"
            aria-pressed={name === chosen?.name}
            title={name === baseline ? t('Baseline {{name}}', { name }) : name}
            onClick={() => comparedOf(app).setState({ against: name })}
          >
            {name === baseline ? t('Baseline {{name}}', { name }) : name}
          </button>
          {name === baseline ? null : (
            <button
              type="button"
              aria-label={t('No longer compare with {{name}}', { name })}
              onClick={() => dropCompared(app, name)}
            >
              <X size={11} />
            </button>
          )}
        </span>
      ))}
    </span>
  );
}

function CanvasToggle() {
  const onCanvas = useCompared((state) => state.onCanvas);
  const beside = useCompared((state) => state.beside);
  return (
    <>
      <span className={onCanvas ? 'is-on' : ''}>
        <CommandButton id="compare.onCanvas" />
      </span>
      <span className={beside ? 'is-on' : ''}>
        <CommandButton id="compare.beside" />
      </span>
    </>
  );
}

import { TrendingUp, X } from 'lucide-react';
import { quantityTable } from '../../../shared/graph/quantities.ts';
import { exactOf, formatOf } from '../../cards/quantity-format.ts';
import { saidAgain } from '../../i18n/again.ts';
import { useT } from '../../i18n/i18n.ts';
import { compareWith } from '../../state/compared.ts';
import { useSlice } from '../../state/slice.ts';
import { useTheApp } from '../../state/use-app.ts';
import { growthOf } from './growth.ts';

/** A word over the canvas about a total that was just multiplied; it takes no focus, and goes with the next change. */
export function GrowthPill() {
  const app = useTheApp();
  const t = useT();
  const growth = useSlice(growthOf, (state) => state.growth);
  const dismiss = (): void => growthOf(app).setState({ growth: undefined });
  const askWhatIf = (): void => {
    if (!growth) return;
    compareWith(app, {
      name: t('before “{{change}}”', { change: saidAgain(growth.label) }),
      design: growth.design,
    });
    app.getState().showPanel('compare');
    dismiss();
  };
  // The place is there before there is a word, or screen readers would not say it.
  return (
    <div className="growth-place" role="status">
      {growth ? (
        <div className="growth-pill" data-testid="growth">
          <TrendingUp size={15} aria-hidden="true" />
          <span
            title={`${exactOf(growth.quantity)(growth.before)} → ${exactOf(growth.quantity)(growth.after)}`}
          >
            {t('{{quantity}} ×{{factor}}: {{before}} → {{after}}', {
              quantity: t(quantityTable[growth.quantity].title),
              factor: factorText(growth.after / growth.before),
              before: formatOf(growth.quantity)(growth.before),
              after: formatOf(growth.quantity)(growth.after),
            })}
          </span>
          <button type="button" className="button is-small" onClick={() => app.getState().undo()}>
            {t('Undo')}
          </button>
          <button
            type="button"
            className="button is-small"
            title={t('Compares with the design before this change, layer by layer')}
            onClick={askWhatIf}
          >
            {t('What if …')}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('Close')}
            title={t('Close')}
            onClick={dismiss}
          >
            <X size={14} />
          </button>
        </div>
      ) : null}
    </div>
  );
}

/** `2.6`, `16` */
const factorText = (factor: number): string => factor.toFixed(factor < 10 ? 1 : 0).replace(/\.0$/, '');

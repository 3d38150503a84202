import { amountOf, measuresOf, type SteerQuantity } from '../../../shared/steer/quantities.ts';
import { amountFormat, exactAmount, quantityTitles } from '../../cards/steer-format.ts';
import { useT } from '../../i18n/i18n.ts';
import { percent } from '../../parts/format.ts';
import type { AnalysedDesign } from './use-compared-designs.ts';

const shown: readonly SteerQuantity[] = [
  'macs',
  'params',
  'memory',
  'activations',
  'training',
  'depth',
  'field',
];

/** Any number of designs by their totals, each with how far it is from the open one. */
export function TotalsTable({ designs }: { readonly designs: readonly AnalysedDesign[] }) {
  const t = useT();
  const rows = designs.map(({ name, analysis }) => ({ name, measures: measuresOf(analysis) }));
  const first = rows[0]!.measures;
  return (
    <div className="table-scroll">
      <table className="table totals-table" data-testid="compared-totals">
        <thead>
          <tr>
            <th>{t('Design')}</th>
            {shown.map((quantity) => (
              <th key={quantity} className="number">
                {t(quantityTitles[quantity])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, measures }, place) => (
            <tr key={name} data-design={name}>
              <td>{place === 0 ? t('{{name}} (open)', { name }) : name}</td>
              {shown.map((quantity) => {
                const [amount, own] = [amountOf(measures, quantity), amountOf(first, quantity)];
                return (
                  <td key={quantity} className="number" title={exactAmount(quantity)(amount)}>
                    {amountFormat(quantity)(amount)}
                    {place === 0 || own === 0 ? null : (
                      <span className="muted"> {percent(amount / own - 1)}</span>
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

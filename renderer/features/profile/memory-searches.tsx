import { useMemo, useState } from 'react';
import type { Leaf } from '../../../shared/analysis/leaves.ts';
import type { PaperConvention } from '../../../shared/analysis/memory.ts';
import { type OrderedLeaves, orderLeaves } from '../../../shared/analysis/order.ts';
import { type PatchPlans, planPatches } from '../../../shared/analysis/patches.ts';
import type { Numbers } from '../../../shared/graph/number-types.ts';
import { useT } from '../../i18n/i18n.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { exact, exactBytes, percent, short, shortBytes } from '../../parts/format.ts';

interface Props {
  readonly leaves: readonly Leaf[];
  readonly numbers: Numbers;
  readonly batch: number;
}

/** Something that takes a moment to search, of what is there now. */
function useAsked<T>(search: () => T, of: readonly unknown[]): readonly [T | undefined, () => void] {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another design is searched anew, when it is asked for.
  const token = useMemo(() => ({}), of);
  const [found, setFound] = useState<{ readonly token: object; readonly value: T }>();
  return [found?.token === token ? found.value : undefined, () => setFound({ token, value: search() })];
}

/** The order of execution with the smallest peak, and what it saves. */
export function BestOrder({ leaves, numbers, batch }: Props) {
  const t = useT();
  const [found, search] = useAsked(
    () =>
      (['plain', 'inPlace'] as const).map((convention) =>
        orderLeaves(leaves, { numbers, batch }, convention),
      ),
    [leaves, numbers, batch],
  );
  return (
    <div className="memory-search">
      <button type="button" className="button is-small" data-testid="best-order" onClick={search}>
        {t('Best order of execution')}
      </button>
      {found?.map((order, place) => (
        <p key={place === 0 ? 'plain' : 'inPlace'} className="hint" data-testid="order-found">
          {t(place === 0 ? 'Nothing in place: {{said}}' : 'Activations and sums in place: {{said}}', {
            said: orderText(order, t),
          })}
        </p>
      ))}
    </div>
  );
}

function orderText({ peakBytes, savedBytes, proven }: OrderedLeaves, t: ReturnType<typeof useT>): string {
  const values = { peak: shortBytes(peakBytes), saved: shortBytes(savedBytes) };
  if (savedBytes === 0)
    return t(
      proven ? 'as it stands, {{peak}}; proven' : 'as it stands, {{peak}}; no better was found',
      values,
    );
  return t(
    proven ? '{{peak}}, saves {{saved}}; proven' : '{{peak}}, saves {{saved}}; the best that was found',
    values,
  );
}

/** What it saves to compute the first layers patch by patch, and what the overlaps cost. */
export function PatchList({
  leaves,
  numbers,
  batch,
  convention,
}: Props & { readonly convention: PaperConvention }) {
  const t = useT();
  const [found, search] = useAsked(
    () => planPatches(leaves, { numbers, batch }, convention),
    [leaves, numbers, batch, convention],
  );
  return (
    <div className="memory-search">
      <button type="button" className="button is-small" data-testid="patches" onClick={search}>
        {t('First layers patch by patch')}
      </button>
      {found && found.plans.length === 0 ? (
        <p className="hint">{t('Patches save nothing here: the peak is not among the first layers.')}</p>
      ) : null}
      {found && found.plans.length > 0 ? <PatchTable found={found} /> : null}
    </div>
  );
}

function PatchTable({ found: { whole, plans } }: { readonly found: PatchPlans }) {
  const t = useT();
  return (
    <table className="table" data-testid="patch-table">
      <thead>
        <tr>
          <th>{t('Patches')}</th>
          <th>{t('Up to')}</th>
          <th className="number">{t('Peak')}</th>
          <th className="number">{t('Multiply-adds')}</th>
        </tr>
      </thead>
      <tbody>
        {plans.map(({ perSide, upTo, seen, peakBytes, macs }) => (
          <tr key={perSide}>
            <td title={t('Each sees {{rows}}×{{columns}} pixels', { rows: seen[0], columns: seen[1] })}>
              {perSide}×{perSide}
            </td>
            <td className="patch-end">
              <Breakable text={upTo} isCode />
            </td>
            <td className="number" title={exactBytes(peakBytes)}>
              {shortBytes(peakBytes)} <small>{percent(peakBytes / whole.peakBytes - 1)}</small>
            </td>
            <td className="number" title={exact(macs)}>
              {short(macs)} <small>{percent(macs / whole.macs - 1)}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

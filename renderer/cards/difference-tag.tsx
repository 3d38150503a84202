import {
  type ChangeKind,
  type LayerChange,
  type RepeatChange,
  repeatChange,
} from '../../shared/analysis/compare.ts';
import { useT } from '../i18n/i18n.ts';
import { exact, short, shortBytes, signed } from '../parts/format.ts';
import { useApp } from '../state/use-app.ts';

/** What is the same but stands elsewhere has moved. */
export const changeOf = ({ change, moved }: LayerChange): ChangeKind | 'moved' =>
  change === 'same' && moved ? 'moved' : change;

export const changeTitles: Readonly<Record<ChangeKind | 'moved', string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  moved: 'moved',
  same: 'same',
};

/** How often a block stands in a row, before and after. */
export const repeatText = ({ before, after }: RepeatChange): string => `×${before} → ×${after}`;

/** What happened to a node, and what that costs; nothing where nothing did. */
export function DifferenceTag({ row }: { readonly row: LayerChange }) {
  const t = useT();
  const heat = useApp((state) => state.heat);
  const change = changeOf(row);
  if (change === 'same') return null;
  const { macs, params, outputBytes } = row.difference;
  const [amount, format] =
    heat === 'params'
      ? ([params, short] as const)
      : heat === 'memory'
        ? ([outputBytes, shortBytes] as const)
        : ([macs, short] as const);
  const copies = repeatChange(row);
  return (
    <span className={`difference-tag is-${change}`} title={exact(amount)}>
      {copies ? repeatText(copies) : t(changeTitles[change])}
      {amount === 0 ? '' : ` ${signed(amount, format)}`}
    </span>
  );
}

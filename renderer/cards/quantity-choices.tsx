import { type SteerQuantity, steerQuantities } from '../../shared/steer/quantities.ts';
import { useT } from '../i18n/i18n.ts';
import { quantityTitles } from './steer-format.ts';

/** What a scatter plot sets against what. */
export interface Axes {
  readonly x: SteerQuantity;
  readonly y: SteerQuantity;
  readonly size: SteerQuantity | undefined;
}

export const usualAxes: Axes = { x: 'macs', y: 'params', size: undefined };

/** The same where only some quantities are known. */
export function axesAmong({ x, y, size }: Axes, known: readonly SteerQuantity[]): Axes {
  return {
    x: known.includes(x) ? x : usualAxes.x,
    y: known.includes(y) ? y : usualAxes.y,
    size: size !== undefined && known.includes(size) ? size : undefined,
  };
}

const isQuantity = (text: string): text is SteerQuantity => steerQuantities.some((each) => each === text);

interface AxesProps {
  readonly axes: Axes;
  readonly onAxes: (axes: Axes) => void;
  /** What there is to be set out. */
  readonly known: readonly SteerQuantity[];
}

/** Chooses the two axes and what bubbles say. */
export function AxesChoice({ axes, onAxes, known }: AxesProps) {
  const t = useT();
  const choice = (
    title: string,
    value: SteerQuantity | undefined,
    take: (chosen: SteerQuantity | undefined) => void,
  ) => (
    <label className="inline">
      <span>{title}</span>
      <select
        value={value ?? ''}
        onChange={({ target }) => take(isQuantity(target.value) ? target.value : undefined)}
      >
        {title === t('Size') ? <option value="">{t('all the same')}</option> : null}
        {known.map((quantity) => (
          <option key={quantity} value={quantity}>
            {t(quantityTitles[quantity])}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="scatter-axes">
      {choice(t('Across'), axes.x, (x) => onAxes({ ...axes, x: x ?? axes.x }))}
      {choice(t('Up'), axes.y, (y) => onAxes({ ...axes, y: y ?? axes.y }))}
      {choice(t('Size'), axes.size, (size) => onAxes({ ...axes, size }))}
    </div>
  );
}

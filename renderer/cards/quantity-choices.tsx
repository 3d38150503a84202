import {
  countedSteerQuantities,
  type SteerQuantity,
  steerQuantities,
} from '../../shared/steer/quantities.ts';
import { useT } from '../i18n/i18n.ts';
import { quantityTitles } from './steer-format.ts';

/** What a scatter plot sets against what. */
export interface Axes {
  readonly x: SteerQuantity;
  readonly y: SteerQuantity;
  readonly size: SteerQuantity | undefined;
}

export const usualAxes: Axes = { x: 'macs', y: 'params', size: undefined };

/** The same where there are no times. */
export function untimed({ x, y, size }: Axes): Axes {
  return {
    x: x === 'time' ? usualAxes.x : x,
    y: y === 'time' ? usualAxes.y : y,
    size: size === 'time' ? undefined : size,
  };
}

const isQuantity = (text: string): text is SteerQuantity => steerQuantities.some((each) => each === text);

interface AxesProps {
  readonly axes: Axes;
  readonly onAxes: (axes: Axes) => void;
  /** Whether there are times to be set out. */
  readonly isTimed: boolean;
}

/** Chooses the two axes and what bubbles say. */
export function AxesChoice({ axes, onAxes, isTimed }: AxesProps) {
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
        {(isTimed ? steerQuantities : countedSteerQuantities).map((quantity) => (
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

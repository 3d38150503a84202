import { X } from 'lucide-react';
import { plainNumbers } from '../../../shared/graph/number-types.ts';
import { quantities, quantityTable } from '../../../shared/graph/quantities.ts';
import { parseSteerLimit, steerLimitForms } from '../../../shared/steer/limits.ts';
import { type SteerQuantity, steerQuantities, steerQuantityTable } from '../../../shared/steer/quantities.ts';
import type { Wish } from '../../../shared/steer/wish.ts';
import { BudgetLimitField, WrittenField } from '../../cards/limit-field.tsx';
import { quantityTitles } from '../../cards/steer-format.ts';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { roomBytes, steeringOf, useSteering, type WrittenLimit } from '../../state/steering.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

const isQuantity = (text: string): text is SteerQuantity => steerQuantities.some((each) => each === text);

/** What must be kept: the budget, any other limits, and what makes one answer better than another. */
export function LimitList() {
  const app = useTheApp();
  const t = useT();
  const limits = useSteering((state) => state.limits);
  const formsOf = (quantity: SteerQuantity): string => {
    const { figure, range } = steerLimitForms(quantity);
    return t('{{figure}}; “>=” in front for at least, or a range such as “{{range}}”', {
      figure: t(figure),
      range,
    });
  };
  const write = (next: readonly WrittenLimit[]): void => steeringOf(app).setState({ limits: next });
  return (
    <section className="fit-limits" aria-label={t('Limits')}>
      <h3>{t('Limits')}</h3>
      {quantities.map((quantity) => (
        <BudgetLimitField key={quantity} quantity={quantity} label={t(quantityTable[quantity].short)} />
      ))}
      {limits.map(({ quantity, text }, place) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a limit is its place.
          key={place}
          className="fit-limit"
        >
          <WrittenField
            label={t(quantityTitles[quantity])}
            text={text}
            placeholder={steerQuantityTable[quantity].usual === 'atLeast' ? t('at least …') : t('at most …')}
            isRight={(next) => parseSteerLimit(next, quantity) !== undefined}
            forms={formsOf(quantity)}
            onWrite={(next) => write(limits.with(place, { quantity, text: next }))}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={t('Remove the limit')}
            title={t('Remove the limit')}
            onClick={() => write(limits.toSpliced(place, 1))}
          >
            <X size={13} />
          </button>
        </div>
      ))}
      <select
        value=""
        aria-label={t('Add a limit')}
        onChange={(event) => {
          const { value } = event.target;
          if (isQuantity(value)) write([...limits, { quantity: value, text: '' }]);
        }}
      >
        <option value="">{t('Add a limit')} …</option>
        {steerQuantities.map((quantity) => (
          <option key={quantity} value={quantity}>
            {t(quantityTitles[quantity])}
          </option>
        ))}
      </select>
      <CountedFor />
      <WishField />
      <RoomField />
    </section>
  );
}

/** What bytes are of, where the design is not one sample in float32 itself. */
function CountedFor() {
  const t = useT();
  const { numbers, batch } = useApp(documentOf);
  if (batch === 1 && numbers.activations === plainNumbers.activations) return null;
  return (
    <p className="muted">
      {t(
        'Peaks are told of a batch of {{batch}} in {{type}}, as the design says; other bytes of one sample in float32.',
        { batch, type: numbers.activations },
      )}
    </p>
  );
}

/** How large a batch of each answer could be trained in the memory that there is. */
function RoomField() {
  const app = useTheApp();
  const t = useT();
  const room = useSteering((state) => state.room);
  return (
    <WrittenField
      label={t('Largest batch in')}
      text={room}
      placeholder="16GiB"
      isRight={(text) => roomBytes({ room: text }) !== undefined}
      forms={t('Of a training step in so many bytes, such as 16GiB.')}
      onWrite={(text) => steeringOf(app).setState({ room: text })}
    />
  );
}

const nearTitles: Readonly<Record<Extract<Wish, { kind: 'closest' }>['to'], string>> = {
  design: 'closest to this design',
  shares: 'shares of the stages as they are',
  field: 'receptive field as it is',
};

const wishName = (wish: Wish): string =>
  wish.kind === 'closest' ? `closest:${wish.to}` : `${wish.kind}:${wish.quantity}`;

/** Every wish there is, by its name. */
const wishes: readonly Wish[] = [
  ...(['design', 'shares', 'field'] as const).map((to) => ({ kind: 'closest', to }) as const),
  ...steerQuantities.map((quantity) => ({ kind: 'largest', quantity }) as const),
  ...steerQuantities.map((quantity) => ({ kind: 'smallest', quantity }) as const),
];

function WishField() {
  const app = useTheApp();
  const t = useT();
  const wish = useSteering((state) => state.wish);
  const titleOf = (each: Wish): string => {
    if (each.kind === 'closest') return t(nearTitles[each.to]);
    const quantity = t(quantityTitles[each.quantity]);
    return each.kind === 'largest'
      ? t('largest: {{quantity}}', { quantity })
      : t('smallest: {{quantity}}', { quantity });
  };
  return (
    <label className="fit-wish">
      <span>{t('Best is')}</span>
      <select
        value={wishName(wish)}
        onChange={(event) => {
          const chosen = wishes.find((each) => wishName(each) === event.target.value);
          if (chosen) steeringOf(app).setState({ wish: chosen });
        }}
      >
        {wishes.map((each) => (
          <option key={wishName(each)} value={wishName(each)}>
            {titleOf(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

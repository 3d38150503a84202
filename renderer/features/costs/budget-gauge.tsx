import { Popover } from 'radix-ui';
import { useState } from 'react';
import { memoryConventionNames, memoryConventions } from '../../../shared/analysis/memory.ts';
import type { Gauge } from '../../../shared/budget/budget.ts';
import { type Fit, fitWidth } from '../../../shared/budget/fit-width.ts';
import { budgetLimitForms } from '../../../shared/formats/spec/quantity.ts';
import {
  type CountedQuantity,
  type Limit,
  type Quantity,
  quantityTable,
  type SharingConvention,
  shareText,
  sharingConventions,
} from '../../../shared/graph/quantities.ts';
import { editLimit, lacksBaseline, limitFrom, limitText } from '../../cards/limit-field.tsx';
import { exactOf, formatOf } from '../../cards/quantity-format.ts';
import { CommandButton } from '../../commands/command-button.tsx';
import { CommandTextButton } from '../../commands/command-text-button.tsx';
import { useT } from '../../i18n/i18n.ts';
import { percent } from '../../parts/format.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { budgetOf, configSources } from '../../state/judged.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useWhatIf } from '../../state/what-if.ts';

/** How a peak is counted, behind its name, where that is not as usual. */
const countedText = ({ limit }: Gauge, t: ReturnType<typeof useT>): string =>
  limit?.counted === undefined ? '' : ` (${t(memoryConventions[limit.counted].title)})`;

/** How full the bar is: against the limit, else against the baseline. */
export function fullness({ actual, max, baseline }: Gauge): number | undefined {
  const whole = max ?? baseline;
  if (whole === undefined || Number.isNaN(actual)) return undefined;
  return whole === 0 ? 1 : Math.min(1, actual / whole);
}

export function note(gauge: Gauge, t: ReturnType<typeof useT>): string {
  const { change, max, limit, quantity } = gauge;
  if (limit?.kind === 'absolute' && max !== undefined)
    return t('of {{max}}', { max: formatOf(quantity)(max) });
  if (change !== undefined)
    return limit === undefined || limit.kind === 'absolute'
      ? percent(change)
      : `${percent(change)} / ${shareText(limit)}`;
  return limit === undefined || limit.kind === 'absolute' ? t('no limit') : shareText(limit);
}

/** One total against its budget; click to change the budget. */
export function BudgetGauge({ quantity }: { readonly quantity: CountedQuantity }) {
  const t = useT();
  const gauge = useApp((state) => state.budget.gauges[quantity]);
  const unknown = useApp((state) => state.whole.analysis.totals.unknown);
  const was = useWhatIf((whatIf) => whatIf?.before.budget.gauges[quantity]);
  const would = useWhatIf((whatIf) => whatIf?.after.budget.gauges[quantity]);
  const moves = was !== undefined && would !== undefined && was.actual !== would.actual;
  const told = moves ? would : gauge;
  const fill = fullness(told);
  const [open, setOpen] = useState(false);
  const tone = told.within === undefined ? 'is-plain' : told.within ? 'is-within' : 'is-over';
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={`gauge ${tone}${moves ? ' is-what-if' : ''}`}
          data-testid={`gauge-${quantity}`}
          title={`${t(quantityTable[quantity].title)}${countedText(gauge, t)}: ${exactOf(quantity)(gauge.actual)}${unknown > 0 ? ` (${t('{{count}} nodes unknown', { count: unknown })})` : ''}`}
        >
          <span className="gauge-title">{t(quantityTable[quantity].short)}</span>
          <span className="gauge-value">
            {moves ? <span className="gauge-was">{formatOf(quantity)(was.actual)} → </span> : null}
            {unknown > 0 ? '≥ ' : ''}
            {formatOf(quantity)(told.actual)}
          </span>
          <span className="gauge-note">
            {moves && was.actual > 0 ? `${percent(would.actual / was.actual - 1)} · ` : ''}
            {note(told, t)}
          </span>
          <span className="gauge-bar">
            <span style={{ transform: `scaleX(${fill ?? 0})` }} />
          </span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover budget-popover"
          aria-label={t('Budget of {{quantity}}', { quantity: t(quantityTable[quantity].title) })}
          sideOffset={6}
          collisionPadding={8}
        >
          <BudgetForm gauge={gauge} onEnter={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The quantity as it is, at the baseline and at its limit, to the last digit. */
function GaugeFigures({ gauge: { quantity, actual, baseline, max } }: { readonly gauge: Gauge }) {
  const t = useT();
  const write = exactOf(quantity);
  const pinned = useApp((state) => budgetOf(state).baseline?.name);
  return (
    <dl className="figures">
      <div>
        <dt>{t('Now')}</dt>
        <dd>{write(actual)}</dd>
      </div>
      {baseline === undefined ? null : (
        <div>
          <dt>{t('Baseline {{name}}', { name: pinned ?? '' })}</dt>
          <dd>{write(baseline)}</dd>
        </div>
      )}
      {max === undefined ? null : (
        <div>
          <dt>{t('At most')}</dt>
          <dd>{write(quantity === 'time' ? max : Math.floor(max))}</dd>
        </div>
      )}
    </dl>
  );
}

/** Enter in the field sets the limit and closes; the button sets it, and lets go on. */
export function BudgetForm({ gauge, onEnter }: { readonly gauge: Gauge; readonly onEnter: () => void }) {
  const app = useTheApp();
  const t = useT();
  const { quantity, actual, limit, max, within } = gauge;
  const [text, setText] = useState(limitText(limit, quantity));
  const [fit, setFit] = useState<Fit>();
  const parsed = text.trim() === '' ? undefined : limitFrom(text.trim(), quantity);
  const wrong = text.trim() !== '' && parsed === undefined;
  const pins = useApp((state) => lacksBaseline(parsed, state));
  const format = formatOf(quantity);
  const set = (): void => {
    if (!wrong) editLimit(app, quantity, parsed);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      <h3>
        {t(quantityTable[quantity].title)}
        {countedText(gauge, t)}
      </h3>
      <GaugeFigures gauge={gauge} />
      <label className={`typed-field${wrong ? ' is-wrong' : ''}`}>
        <span>{t('Limit')}</span>
        <input
          value={text}
          placeholder={quantity === 'time' ? '20ms' : '+5%'}
          aria-invalid={wrong}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || wrong) return;
            event.preventDefault();
            set();
            onEnter();
          }}
        />
      </label>
      {quantity === 'memory' ? (
        <CountedChoice
          limit={parsed}
          onChoose={(counted) =>
            setText(`${text.trim().replace(/ [a-zA-Z]+$/, '')}${counted === undefined ? '' : ` ${counted}`}`)
          }
        />
      ) : null}
      <LimitSource quantity={quantity} />
      <p className="hint">
        {wrong
          ? t(budgetLimitForms(quantity))
          : pins
            ? t('No baseline is pinned: the design as it is now becomes it.')
            : t('A figure, or a share of the baseline: +5% at most, ±5% both ways. Empty for no limit.')}
      </p>
      <div className="button-row">
        <button type="submit" className="button is-primary is-small" disabled={wrong}>
          {t('Set the limit')}
        </button>
        {within === false && max !== undefined && quantity !== 'time' ? (
          <button type="button" className="button is-small" onClick={() => setFit(fitBudget(app, gauge, t))}>
            {t('Fit to budget')}
          </button>
        ) : null}
        <CommandTextButton id="fit.open" className="button is-small" onDone={onEnter}>
          {t('Fit to limits …')}
        </CommandTextButton>
        <CommandButton id="pin" />
        <CommandButton id="unpin" />
      </div>
      {within === false && max !== undefined && quantity !== 'time' ? (
        <p className="hint">
          {t('Fit narrows all layers alike until {{max}} is kept; undo brings them back.', {
            max: format(max),
          })}
        </p>
      ) : null}
      {fit?.actual === actual ? (
        <p className="fitted" role="status">
          {t('Width {{width}}×: {{amount}} {{quantity}}', {
            width: widthOf(fit),
            amount: format(actual),
            quantity: t(quantityTable[quantity].title).toLowerCase(),
          })}
        </p>
      ) : null}
    </form>
  );
}

/** How the peak is counted that a limit is on: a word behind the limit. */
function CountedChoice({
  limit,
  onChoose,
}: {
  readonly limit: Limit | undefined;
  readonly onChoose: (counted: SharingConvention | undefined) => void;
}) {
  const t = useT();
  return (
    <label className="typed-field">
      <span>{t('Counted with')}</span>
      <select
        value={limit?.counted ?? 'plain'}
        disabled={limit === undefined}
        title={
          limit === undefined ? t('Write a limit first.') : t(memoryConventions[limit.counted ?? 'plain'].doc)
        }
        onChange={({ target: { value } }) => onChoose(sharingConventions.find((each) => each === value))}
      >
        {memoryConventionNames.map((name) => (
          <option key={name} value={name}>
            {t(memoryConventions[name].title)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where the limit or the baseline stands, if that is not the design. */
function LimitSource({ quantity }: { readonly quantity: Quantity }) {
  const t = useT();
  const limit = useApp((state) => configSources(state)?.limits[quantity]);
  const baseline = useApp((state) => configSources(state)?.baseline);
  return (
    <>
      {limit === undefined ? null : (
        <p className="hint">
          {t('The limit is that of {{file}}; one that is set here is over it.', { file: limit })}
        </p>
      )}
      {baseline === undefined ? null : (
        <p className="hint">{t('The baseline is that of {{file}}.', { file: baseline })}</p>
      )}
    </>
  );
}

const widthOf = ({ width }: Fit): string => String(Number(width.toFixed(3)));

function fitBudget(app: App, { quantity, max, limit }: Gauge, t: ReturnType<typeof useT>): Fit | undefined {
  if (quantity === 'time' || max === undefined) return undefined;
  const { editDocument, notify } = app.getState();
  const found = fitWidth(documentOf(app.getState()), quantity, max, limit);
  if (found) editDocument(t('Fit to budget: width ×{{width}}', { width: widthOf(found) }), found.edit);
  else
    notify({
      kind: 'info',
      title: t('No width fits'),
      lines: [t('Even the thinnest network is over this limit, or the design has a problem to mend first.')],
    });
  return found;
}

import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { Gauge } from '../../shared/analysis/budget.ts';
import { parseLimit } from '../../shared/formats/spec/quantity.ts';
import { type Quantity, quantities } from '../../shared/graph/design.ts';
import { setLimit } from '../../shared/graph/edits.ts';
import { run } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { exact, percent, short, shortBytes } from '../parts/format.ts';
import { app, designOf, useApp } from '../store/app.ts';

const titles: Readonly<Record<Quantity, string>> = { macs: 'MACs', params: 'Params', memory: 'Memory' };

/** How the design stands against its budget: one gauge per quantity, each opens to set its limit. */
export function Gauges() {
  const { gauges } = useApp((state) => state.budget);
  return (
    <div className="gauges">
      {quantities.map((quantity) => (
        <GaugeButton key={quantity} gauge={gauges[quantity]} />
      ))}
    </div>
  );
}

function formatOf(quantity: Quantity): (value: number) => string {
  return quantity === 'memory' ? shortBytes : short;
}

/** Full at the limit; without one, at the baseline. */
function fill({ actual, max, baseline }: Gauge): number {
  const whole = max ?? baseline;
  return whole ? Math.min(1, actual / whole) : 0;
}

function GaugeButton({ gauge }: { readonly gauge: Gauge }) {
  const t = useT();
  const { quantity, actual, change, within, max } = gauge;
  const format = formatOf(quantity);
  const state = within === false ? 'is-over' : within === true ? 'is-within' : '';
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className={`gauge ${state}`} data-quantity={quantity} title={exact(actual)}>
          <span className="gauge-title">{t(titles[quantity])}</span>
          <span className="gauge-value">{format(actual)}</span>
          {change !== undefined ? <span className="gauge-change">{percent(change)}</span> : null}
          {max !== undefined ? <span className="gauge-limit">/ {format(max)}</span> : null}
          <span className="gauge-track" aria-hidden="true">
            <span style={{ transform: `scaleX(${fill(gauge)})` }} />
          </span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover gauge-popover" sideOffset={6} collisionPadding={8}>
          <LimitForm gauge={gauge} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function LimitForm({ gauge }: { readonly gauge: Gauge }) {
  const t = useT();
  const { quantity, limit, baseline, actual, within } = gauge;
  const format = formatOf(quantity);
  const shown = !limit ? '' : limit.kind === 'relative' ? `${limit.percent}%` : String(limit.max);
  const [text, setText] = useState(shown);
  const pinned = useApp((state) => designOf(state).budget.baseline?.name);
  const parsed = text.trim() === '' ? undefined : parseLimit(text.trim(), quantity);
  const wrong = text.trim() !== '' && parsed === undefined;
  const needsPin = parsed?.kind === 'relative' && pinned === undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) app.getState().edit(t('Budget for {{what}}', { what: t(titles[quantity]) }), setLimit(quantity, parsed));
      }}
    >
      <h3>{t(titles[quantity])}</h3>
      <dl className="figures">
        <div>
          <dt>{t('Now')}</dt>
          <dd>{format(actual)}</dd>
        </div>
        <div>
          <dt>{pinned ? t('Baseline {{name}}', { name: pinned }) : t('Baseline')}</dt>
          <dd>{baseline === undefined ? '–' : format(baseline)}</dd>
        </div>
      </dl>
      <label className={`typed-field${wrong ? ' is-wrong' : ''}`}>
        <span>{t('Limit')}</span>
        <input
          value={text}
          placeholder={quantity === 'memory' ? '5% · 64MiB' : '5% · 15.5G'}
          aria-invalid={wrong}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <p className="hint">
        {wrong
          ? t('Write a share of the baseline such as 5%, or an amount such as 15.5G.')
          : needsPin
            ? t('A share needs a pinned baseline.')
            : t('A share of the baseline, or an amount; empty for none.')}
      </p>
      <div className="button-row">
        <button type="submit" className="button is-primary" disabled={wrong}>
          {t('Set')}
        </button>
        <button type="button" className="button" onClick={() => run('pinBaseline')}>
          {t('Pin as baseline')}
        </button>
        {within === false ? (
          <button type="button" className="button" onClick={() => run('fitBudget')}>
            {t('Fit to budget')}
          </button>
        ) : null}
      </div>
    </form>
  );
}

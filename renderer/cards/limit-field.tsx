import { useId, useState } from 'react';
import {
  bareShare,
  budgetLimitForms,
  parseBudgetLimit,
  writeLimit,
} from '../../shared/formats/spec/quantity.ts';
import { pinBaseline, setLimit } from '../../shared/graph/edits.ts';
import { type Limit, type Quantity, type Unit, unitOf } from '../../shared/graph/quantities.ts';
import { t, useT } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { type AppState, documentOf } from '../state/app-state.ts';
import { budgetOf } from '../state/judged.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** A share without a sign is what is meant most: at most so much more. */
export function limitFrom(text: string, quantity: Quantity): Limit | undefined {
  const percent = bareShare(text);
  return percent === undefined ? parseBudgetLimit(text, quantity) : { kind: 'increase', percent };
}

/** Steps in which amounts are written; of two that say it as shortly the first is taken. */
const steps: Readonly<Record<Unit, readonly (readonly [suffix: string, factor: number])[]>> = {
  count: [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ],
  bytes: [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ],
  milliseconds: [
    ['s', 1000],
    ['ms', 1],
    ['us', 1e-3],
  ],
};

/** A limit as it is written in fields, short where that says the same: `3.5G`; empty where there is none. */
export function limitText(limit: Limit | undefined, quantity: Quantity): string {
  if (limit?.kind !== 'absolute') return limit ? String(writeLimit(limit)) : '';
  const { max, counted } = limit;
  const behind = counted === undefined ? '' : ` ${counted}`;
  const said = steps[unitOf(quantity)].flatMap(([suffix, factor]) => {
    const text = `${Number((max / factor).toFixed(3))}${suffix}`;
    const read = max >= factor ? parseBudgetLimit(text, quantity) : undefined;
    return read?.kind === 'absolute' && read.max === max ? [text] : [];
  });
  const shortest = said.reduce<string | undefined>(
    (best, text) => (best === undefined || text.length < best.length ? text : best),
    undefined,
  );
  return `${shortest ?? max}${behind}`;
}

/** Whether there is nothing yet that a limit is a share of. */
export const lacksBaseline = (limit: Limit | undefined, state: AppState): boolean =>
  limit !== undefined && limit.kind !== 'absolute' && budgetOf(state).baseline === undefined;

/** Sets a limit. Where it is a share and nothing is pinned, it is one of the design as it is now. */
export function editLimit(app: App, quantity: Quantity, limit: Limit | undefined): void {
  const state = app.getState();
  const pins = lacksBaseline(limit, state);
  state.editDocument(t('Set the budget'), (draft) => {
    setLimit(quantity, limit)(draft);
    if (pins) pinBaseline(documentOf(state))(draft);
  });
}

interface WrittenProps {
  readonly label: string;
  readonly text: string;
  readonly placeholder: string;
  readonly isRight: (text: string) => boolean;
  /** What may be written, or what is wrong with what is. */
  readonly forms: string | ((text: string) => string);
  readonly onWrite: (text: string) => void;
}

/** Something that is written in a row: what is wrong stays, and is said, until it is right or Escape brings back what was. */
export function WrittenField({ label, text, placeholder, isRight, forms, onWrite }: WrittenProps) {
  const said = useId();
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string }>();
  const shown = typed?.over === text ? typed.text : text;
  const wrong = shown.trim() !== '' && !isRight(shown.trim());
  const commit = (): void => {
    if (wrong || shown.trim() === text) return;
    onWrite(shown.trim());
    setTyped(undefined);
  };
  return (
    <label className={`typed-field${wrong ? ' is-wrong' : ''}`}>
      <span>{label}</span>
      <input
        value={shown}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={wrong}
        aria-describedby={wrong ? said : undefined}
        onChange={(event) => setTyped({ text: event.target.value, over: text })}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key !== 'Escape' || shown === text) return;
          event.stopPropagation();
          setTyped(undefined);
        }}
      />
      {wrong ? (
        <span className="said" id={said} role="alert">
          {typeof forms === 'string' ? forms : forms(shown.trim())}
        </span>
      ) : null}
    </label>
  );
}

/** A limit of the budget: the same as in its gauge. */
export function BudgetLimitField({
  quantity,
  label,
}: {
  readonly quantity: Quantity;
  readonly label: string;
}) {
  const app = useTheApp();
  const t = useT();
  const limit = useApp((state) => budgetOf(state).limits[quantity]);
  return (
    <WrittenField
      label={label}
      text={limitText(limit, quantity)}
      placeholder={t('no limit')}
      isRight={(text) => limitFrom(text, quantity) !== undefined}
      forms={t(budgetLimitForms(quantity))}
      onWrite={(text) => editLimit(app, quantity, text === '' ? undefined : limitFrom(text, quantity))}
    />
  );
}

import { useEffect, useMemo, useState } from 'react';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { Gauge } from '../../../shared/budget/budget.ts';
import { setParams } from '../../../shared/graph/edits.ts';
import { type Quantity, quantityTable } from '../../../shared/graph/quantities.ts';
import type { Param, Params, ParamValue } from '../../../shared/schema/params.ts';
import { exactOf, formatOf } from '../../cards/quantity-format.ts';
import { useT } from '../../i18n/i18n.ts';
import { percent } from '../../parts/format.ts';
import { documentOf } from '../../state/app-state.ts';
import { underConfig } from '../../state/config.ts';
import { useTimeGauge } from '../../state/run/predicted.ts';
import { useTimeModel } from '../../state/run/time-model.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { ponder, stopPondering } from '../../state/what-if.ts';
import type { CurvePoint } from '../../workers/curve.ts';
import { curveValues, numberOf, paramValueOf } from './curve-values.ts';

const WIDTH = 260;
const HEIGHT = 78;
const ROOM = { left: 4, right: 4, top: 8, bottom: 6 } as const;
/** Long enough that scrubbing does not wait for it. */
const REST_MS = 150;

/** Parameters that are one whole number, or a pair of equal ones. */
function countable(params: Params, of: NodeFacts): readonly string[] {
  return Object.keys(params).filter((name) => {
    const p = params[name]!;
    return !p.advanced && numberOf(p, of.node.params[name]) !== undefined;
  });
}

/** What a total is over the range of a parameter, exactly, with the budget's line; a click sets the value. */
export function WhatIfCurve({ facts }: { readonly facts: NodeFacts }) {
  const t = useT();
  const { node } = facts;
  const { params } = definitionOf(node.kind);
  const names = countable(params, facts);
  const widest = names.find((name) => params[name]!.role === 'width') ?? names[0];
  const [chosen, setChosen] = useState<string>();
  const name = chosen !== undefined && names.includes(chosen) ? chosen : widest;
  if (name === undefined || facts.problems.length > 0) return null;
  return (
    <details className="what-if" open>
      <summary>{t('What if')}</summary>
      <select value={name} aria-label={t('Parameter')} onChange={(event) => setChosen(event.target.value)}>
        {names.map((each) => (
          <option key={each} value={each}>
            {t(params[each]!.title)}
          </option>
        ))}
      </select>
      <Curve key={`${facts.id}/${name}`} facts={facts} name={name} p={params[name]!} />
    </details>
  );
}

interface CurveProps {
  readonly facts: NodeFacts;
  readonly name: string;
  readonly p: Param;
}

function useCurve({ facts: { id, node }, name, p }: CurveProps) {
  const app = useTheApp();
  const document = useApp((state) => underConfig(documentOf(state), state.config));
  const machine = useTimeModel(({ known }) => known);
  const isTimed = useApp((state) => state.heat === 'time') && machine !== undefined;
  const block = useApp((state) => state.block);
  const value = node.params[name];
  const values = useMemo(() => curveValues(p, value), [p, value]);
  const [points, setPoints] = useState<{
    readonly values: readonly number[];
    readonly points: readonly CurvePoint[];
  }>();
  useEffect(() => {
    const stop = new AbortController();
    const ask = async (): Promise<void> => {
      const made = values.map((each) => paramValueOf(p, each));
      const request = {
        document,
        block,
        ids: [id],
        param: name,
        values: made,
        ...(isTimed ? { machine: { target: machine.target, model: machine.calibration.model } } : {}),
      };
      const found = await app.steer.curve(request, stop.signal);
      if (!stop.signal.aborted) setPoints({ values, points: found });
    };
    const rest = setTimeout(() => void ask(), REST_MS);
    return () => {
      clearTimeout(rest);
      stop.abort();
    };
  }, [app, document, block, id, name, p, values, isTimed, machine]);
  return points;
}

function Curve(props: CurveProps) {
  const app = useTheApp();
  const t = useT();
  const { facts, name, p } = props;
  const heat = useApp((state) => state.heat);
  const timed = useTimeGauge();
  const quantity: Quantity = heat !== 'time' ? heat : timed ? 'time' : 'macs';
  const counted = useApp((state) => state.budget.gauges[heat === 'time' ? 'macs' : heat]);
  const gauge: Gauge = quantity === 'time' && timed ? timed : counted;
  const [at, setAt] = useState<number>();
  const curve = useCurve(props);
  const now = numberOf(p, facts.node.params[name]);
  if (!curve || curve.points.length === 0 || now === undefined) return <div className="what-if-curve" />;
  const { values, points } = curve;
  const format = formatOf(quantity);
  const amounts = points.map((point) => {
    const each = point?.[quantity];
    return each === undefined || Number.isNaN(each) ? undefined : each;
  });
  const known = [gauge.max, ...amounts].filter((amount) => amount !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const x = (place: number): number =>
    ROOM.left + (place / Math.max(1, points.length - 1)) * (WIDTH - ROOM.left - ROOM.right);
  const y = (amount: number): number =>
    HEIGHT - ROOM.bottom - ((amount - least) / (most - least || 1)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const placeAt = (clientX: number, box: DOMRect): number => {
    const share = (((clientX - box.left) / box.width) * WIDTH - ROOM.left) / (WIDTH - ROOM.left - ROOM.right);
    return Math.min(points.length - 1, Math.max(0, Math.round(share * (points.length - 1))));
  };
  const edit = (place: number) =>
    setParams([facts.id], { [name]: paramValueOf(p, values[place]!) as ParamValue });
  const shown = at ?? values.indexOf(now);
  const amount = amounts[shown];
  const go = (place: number): void => {
    if (amounts[place] === undefined) return;
    stopPondering(app);
    const { edit: change } = app.getState();
    change(t('Set {{param}} of {{name}}', { param: t(p.title), name: facts.id }), edit(place));
  };
  const point = (place: number | undefined): void => {
    if (place === at) return;
    setAt(place);
    if (place === undefined || amounts[place] === undefined || values[place] === now) stopPondering(app);
    else ponder(app, edit(place));
  };
  return (
    <div className="what-if-curve" data-testid="what-if-curve">
      <p>
        <strong>{values[shown]}</strong>{' '}
        <span title={amount === undefined || quantity === 'time' ? '' : exactOf(quantity)(amount)}>
          {t(quantityTable[quantity].title)} {amount === undefined ? '?' : format(amount)}
          {amount !== undefined && gauge.actual > 0 && amount !== gauge.actual
            ? ` (${percent(amount / gauge.actual - 1)})`
            : ''}
        </span>
      </p>
      {/* The field above says and sets the same by keyboard. */}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('{{quantity}} over {{param}}', {
          quantity: t(quantityTable[quantity].title),
          param: t(p.title),
        })}
        onPointerMove={(event) => point(placeAt(event.clientX, event.currentTarget.getBoundingClientRect()))}
        onPointerLeave={() => point(undefined)}
        onPointerUp={(event) => go(placeAt(event.clientX, event.currentTarget.getBoundingClientRect()))}
      >
        {gauge.max === undefined ? null : (
          <line className="what-if-limit" x1={0} x2={WIDTH} y1={y(gauge.max)} y2={y(gauge.max)} />
        )}
        <path className="what-if-line" d={pathOf(amounts, x, y)} />
        {amounts.map((each, place) =>
          each === undefined ? null : (
            <circle
              key={values[place]}
              className={values[place] === now ? 'is-now' : place === at ? 'is-at' : ''}
              cx={x(place)}
              cy={y(each)}
              r={values[place] === now ? 4 : place === at ? 3.5 : 1.5}
            />
          ),
        )}
      </svg>
      <p className="what-if-ends">
        <span>{values[0]}</span>
        <span>{values.at(-1)}</span>
      </p>
      {values.every((value, place) => (amounts[place] !== undefined) === (value === now)) ? (
        <p className="hint">{t('No other value goes with the layers around it.')}</p>
      ) : null}
    </div>
  );
}

/** A line through what is known, broken where a value does not work. */
function pathOf(
  amounts: readonly (number | undefined)[],
  x: (place: number) => number,
  y: (amount: number) => number,
): string {
  return amounts
    .map((amount, place) => {
      if (amount === undefined) return '';
      const goesOn = place > 0 && amounts[place - 1] !== undefined;
      return `${goesOn ? 'L' : 'M'}${x(place).toFixed(1)} ${y(amount).toFixed(1)}`;
    })
    .join('');
}

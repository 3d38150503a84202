import { Link2, Link2Off } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { isIssue } from '../../shared/base/problem.ts';
import { unreachable } from '../../shared/base/unreachable.ts';
import { type Json, readParam, writeParam } from '../../shared/schema/codec.ts';
import type { Param, ParamValue } from '../../shared/schema/params.ts';
import { named, useT } from '../i18n/i18n.ts';
import { said } from '../i18n/said.ts';
import { firstWithin, useFocusTarget } from '../state/use-focus.ts';
import { evaluate } from './arithmetic.ts';
import { ChoiceField } from './choice-field.tsx';
import { NumberField } from './number-field.tsx';

interface FieldProps<P extends Param = Param> {
  readonly name: string;
  readonly p: P;
  /** Undefined when several nodes differ. */
  readonly value: ParamValue | undefined;
  readonly onChange: (value: ParamValue) => void;
  readonly onDone: () => void;
  /** What is being thought of: a step under the pointer, a choice in an open menu; undefined once nothing is. */
  readonly onPonder?: ((value: ParamValue | undefined) => void) | undefined;
}

/** The field of one parameter: by its kind, never by its layer. */
export function ParamField(props: FieldProps) {
  useT();
  const p = translated(props.p);
  const target = useFocusTarget<HTMLDivElement>(`parameter.${props.name}`, firstWithin);
  return (
    <div ref={target} className="field" title={p.doc} data-param={props.name}>
      <FieldOfKind {...props} p={p} />
    </div>
  );
}

function translated(p: Param): Param {
  const texts = { title: named(p.title), doc: named(p.doc) };
  if (p.kind !== 'choice') return { ...p, ...texts };
  return { ...p, ...texts, options: p.options.map(({ value, title }) => ({ value, title: named(title) })) };
}

function FieldOfKind(props: FieldProps) {
  const { p, value, onChange, onDone, onPonder } = props;
  switch (p.kind) {
    case 'int':
    case 'float':
      return (
        <NumberField
          label={p.title}
          value={typeof value === 'number' ? value : undefined}
          min={p.min}
          max={p.max}
          whole={p.kind === 'int'}
          onChange={onChange}
          onDone={onDone}
          onPonder={onPonder}
        />
      );
    case 'flag':
      return (
        <label
          className="flag-field"
          onPointerEnter={() => onPonder?.(value !== true)}
          onPointerLeave={() => onPonder?.(undefined)}
        >
          <span>{p.title}</span>
          <input
            type="checkbox"
            checked={value === true}
            ref={(box) => {
              if (box) box.indeterminate = value === undefined;
            }}
            onChange={(event) => {
              onChange(event.target.checked);
              onDone();
            }}
          />
        </label>
      );
    case 'choice':
      return (
        <ChoiceField
          label={p.title}
          value={typeof value === 'string' ? value : undefined}
          options={p.options}
          onChange={(next) => {
            onChange(next);
            onDone();
          }}
          onPonder={onPonder}
        />
      );
    case 'pair':
      return <PairField {...props} p={p} />;
    case 'padding':
      return <PaddingField {...props} p={p} />;
    case 'dims':
    case 'ints':
    case 'floats':
      return <ListField {...props} />;
    case 'text':
      return <TextField {...props} />;
    default:
      return unreachable(p);
  }
}

function PairField({ p, value, onChange, onDone }: FieldProps<Param & { kind: 'pair' }>) {
  const t = useT();
  const [height, width] = Array.isArray(value) ? (value as readonly number[]) : [undefined, undefined];
  const [linked, setLinked] = useState(height === width);
  useEffect(() => {
    if (height !== width) setLinked(false);
  }, [height, width]);
  const side = (label: string, now: number | undefined, take: (value: number) => ParamValue) => (
    <NumberField
      compact
      label={label}
      value={now}
      min={p.min}
      max={p.max}
      whole
      onChange={(next) => onChange(take(next))}
      onDone={onDone}
    />
  );
  return (
    <fieldset className="pair-field">
      <legend>{p.title}</legend>
      {linked ? (
        side(p.title, height, (next) => [next, next])
      ) : (
        <>
          {side(`${p.title} ${t('height')}`, height, (next) => [next, width ?? next])}
          <span className="times">×</span>
          {side(`${p.title} ${t('width')}`, width, (next) => [height ?? next, next])}
        </>
      )}
      <button
        type="button"
        className="icon-button"
        aria-pressed={linked}
        title={linked ? t('Set height and width apart') : t('Set height and width together')}
        onClick={() => {
          if (!linked && height !== undefined) {
            onChange([height, height]);
            onDone();
          }
          setLinked(!linked);
        }}
      >
        {linked ? <Link2 size={13} /> : <Link2Off size={13} />}
      </button>
    </fieldset>
  );
}

const sides = ['top', 'left', 'bottom', 'right'] as const;
type PaddingMode = 'same' | 'even' | 'sides';

function PaddingField({ p, value, onChange, onDone }: FieldProps<Param & { kind: 'padding' }>) {
  const t = useT();
  const numbers = Array.isArray(value) ? (value as readonly number[]) : undefined;
  const uneven = numbers?.some((side) => side !== numbers[0]) ?? false;
  const [apart, setApart] = useState(uneven);
  const mode: PaddingMode = value === 'same' ? 'same' : apart || uneven ? 'sides' : 'even';
  const change = (next: PaddingMode): void => {
    setApart(next === 'sides');
    if (next === 'same') onChange('same');
    else {
      const all = numbers?.[0] ?? 0;
      onChange(next === 'even' ? [all, all, all, all] : (numbers ?? [0, 0, 0, 0]));
    }
    onDone();
  };
  return (
    <fieldset className="padding-field">
      <legend>{p.title}</legend>
      {mode === 'even' ? (
        <NumberField
          compact
          label={p.title}
          value={numbers?.[0]}
          min={0}
          max={p.max}
          whole
          onChange={(next) => onChange([next, next, next, next])}
          onDone={onDone}
        />
      ) : null}
      <select
        value={mode}
        aria-label={t('Kind of padding')}
        onChange={(event) => change(event.target.value as PaddingMode)}
      >
        <option value="even">{t('all sides')}</option>
        <option value="sides">{t('each side')}</option>
        {p.allowSame ? <option value="same">{t('same')}</option> : null}
      </select>
      {mode === 'sides' ? (
        <div className="padding-sides">
          {sides.map((side, i) => (
            <NumberField
              key={side}
              compact
              label={t(side)}
              value={numbers?.[i]}
              min={0}
              max={p.max}
              whole
              onChange={(next) =>
                onChange((numbers ?? [0, 0, 0, 0]).map((old, at) => (at === i ? next : old)))
              }
              onDone={onDone}
            />
          ))}
        </div>
      ) : null}
    </fieldset>
  );
}

/** Lists are typed: `3 × 224 × 224` or `3, 224, 224`; each of them as any number is. */
function ListField({ name, p, value, onChange, onDone }: FieldProps) {
  const t = useT();
  const shown = Array.isArray(value) ? value.join(p.kind === 'dims' ? ' × ' : ', ') : '';
  const parse = (text: string): Read => {
    const parts = text.split(/[\s,;×x]+/).filter((part) => part !== '');
    const numbers = parts.map(evaluate);
    const wrong = numbers.indexOf(undefined);
    if (wrong >= 0) return { problem: t('“{{text}}” is no number.', { text: parts[wrong] ?? '' }) };
    return readAs(name, p, numbers as readonly number[]);
  };
  return <Typed p={p} shown={shown} parse={parse} onChange={onChange} onDone={onDone} />;
}

function TextField({ name, p, value, onChange, onDone }: FieldProps) {
  const shown = typeof value === 'string' ? value : '';
  const parse = (text: string): Read => readAs(name, p, text);
  return <Typed p={p} shown={shown} parse={parse} onChange={onChange} onDone={onDone} />;
}

type Read = { readonly value: ParamValue } | { readonly problem: string };

function readAs(name: string, p: Param, json: Json): Read {
  const read = readParam(name, p, json);
  return typeof read === 'object' && isIssue(read) ? { problem: said(read.told.message) } : { value: read };
}

interface TypedProps extends Omit<FieldProps, 'name' | 'value'> {
  readonly shown: string;
  readonly parse: (text: string) => Read;
}

/** What is wrong stays, with the reason, until it is right or Escape brings back what stood there. */
function Typed({ p, shown, parse, onChange, onDone }: TypedProps) {
  const said = useId();
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string }>();
  const text = typed?.over === shown ? typed.text : shown;
  const read = parse(text);
  const problem = text !== shown && 'problem' in read ? read.problem : undefined;
  const commit = (): void => {
    if (text !== shown && 'value' in read) {
      onChange(read.value);
      setTyped(undefined);
    }
    onDone();
  };
  return (
    <label className={`typed-field${problem ? ' is-wrong' : ''}`}>
      <span>{p.title}</span>
      <input
        value={text}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : said}
        placeholder={String(writeParam(p, p.default))}
        onChange={(event) => setTyped({ text: event.target.value, over: shown })}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape' && text !== shown) {
            event.stopPropagation();
            setTyped(undefined);
          }
        }}
      />
      {problem === undefined ? null : (
        <span className="said" id={said} role="alert">
          {problem}
        </span>
      )}
    </label>
  );
}

import { Lock, LockOpen } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lawNamed } from '../../shared/steer/laws.ts';
import { useT } from '../i18n/i18n.ts';
import { choiceOf, chooseKnob, faultOfRange, rangeOf, useSteering } from '../state/steering.ts';
import { useTheApp } from '../state/use-app.ts';
import type { FoundKnob } from '../workers/steer-job.ts';
import { WrittenField } from './limit-field.tsx';
import { knobTitles } from './steer-format.ts';

const PER_LINE = 6;

/** `64 … 256`, the ends of what a knob may be turned to. */
function ends(values: readonly number[]): string {
  const [first, last] = [values[0], values.at(-1)];
  return first === last ? String(first) : `${first}–${last}`;
}

/** A knob: where it stands and how far it may be turned, with its lock. */
export function KnobChip({ knob }: { readonly knob: FoundKnob }) {
  const app = useTheApp();
  const t = useT();
  const choices = useSteering((state) => state.choices);
  const law = useSteering((state) => state.law);
  const { locked, range } = choiceOf({ choices, law }, knob);
  const values = rangeOf(range) ?? knob.usual;
  const title = knob.kind === 'law' ? knob.id : t(knobTitles[knob.kind]);
  const faultText = (text: string): string => {
    switch (faultOfRange(knob, text)) {
      case 'empty':
        return t('This range is empty: the low end stands first.');
      case 'outside':
        return t(
          knob.step === 0
            ? '{{knob}} is a number from {{min}} to {{max}}.'
            : '{{knob}} is a whole number from {{min}} to {{max}}.',
          { knob: knob.id, min: knob.min, max: knob.max },
        );
      default:
        return t('LOW..HIGH:STEP, such as 128..512:8, or A,B,C.');
    }
  };
  const doc = lawNamed(law ?? '')?.knobs.find(({ name }) => name === knob.id)?.doc;
  return (
    <span className={`knob-chip${locked ? ' is-locked' : ''}`} data-knob={knob.id}>
      <button
        type="button"
        className="knob-lock"
        aria-pressed={!locked}
        aria-label={t(locked ? 'Let {{knob}} be turned' : 'Lock {{knob}}', { knob: knob.id })}
        title={t(locked ? 'Let {{knob}} be turned' : 'Lock {{knob}}', { knob: knob.id })}
        onClick={() => chooseKnob(app, knob, { locked: !locked })}
      >
        {locked ? <Lock size={11} /> : <LockOpen size={11} />}
      </button>
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" className="knob-value" title={knob.id}>
            {title} {knob.base}
            {locked ? null : <small>{ends(values)}</small>}
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="popover knob-popover" sideOffset={6} collisionPadding={8}>
            <h3>{knob.id}</h3>
            <WrittenField
              label={t('From … to')}
              text={range}
              placeholder={placeholderOf(knob.usual)}
              isRight={(text) => faultOfRange(knob, text) === undefined}
              forms={faultText}
              onWrite={(text) => chooseKnob(app, knob, { range: text, locked: false })}
            />
            <p className="hint">
              {t('{{count}} values: {{values}}', { count: values.length, values: someOf(values) })}
            </p>
            <p className="hint">
              {knob.kind === 'law' ? t(doc ?? '') : t('Turns {{nodes}}', { nodes: someOf(knob.nodes) })}
            </p>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </span>
  );
}

function someOf(items: readonly (number | string)[]): string {
  const more = items.length > PER_LINE ? ', …' : '';
  return `${items.slice(0, PER_LINE).join(', ')}${more}`;
}

function placeholderOf(values: readonly number[]): string {
  return values.length > 1 ? `${values[0]}..${values.at(-1)}` : String(values[0]);
}

import { Lock, LockOpen } from 'lucide-react';
import { KnobChip } from '../../cards/knob-chip.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { chooseKnob, useSteering } from '../../state/steering.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { FoundKnob } from '../../workers/steer-job.ts';

/** `stage3` of `stage3.width`; what concerns the whole stands for itself. */
const stageOf = ({ id }: FoundKnob): string => id.slice(0, Math.max(0, id.lastIndexOf('.')));

/** What may be turned: the knobs by stage, each with its lock. */
export function KnobList() {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const known = useSteering((state) => state.known);
  if (!known)
    return (
      <section className="fit-knobs" aria-label={t('Knobs')}>
        <h3>{t('Knobs')}</h3>
        <p className="empty">{t('Looking for what can be turned …')}</p>
      </section>
    );
  const { knobs, problems } = known;
  const stages = new Map<string, FoundKnob[]>();
  for (const knob of knobs) {
    const stage = stageOf(knob);
    const list = stages.get(stage);
    if (list) list.push(knob);
    else stages.set(stage, [knob]);
  }
  const lockAll = (locked: boolean): void => {
    for (const knob of knobs) if (!locked || knob.id !== 'width') chooseKnob(app, knob, { locked });
  };
  return (
    <section className="fit-knobs" aria-label={t('Knobs')}>
      <h3>
        {t('Knobs')}
        <button
          type="button"
          className="icon-button"
          title={t('Lock all')}
          aria-label={t('Lock all')}
          onClick={() => lockAll(true)}
        >
          <Lock size={12} />
        </button>
        <button
          type="button"
          className="icon-button"
          title={t('Unlock all')}
          aria-label={t('Unlock all')}
          onClick={() => lockAll(false)}
        >
          <LockOpen size={12} />
        </button>
      </h3>
      {problems[0] ? (
        <p className="empty">{`${say(problems[0].told.message)} ${say(problems[0].told.hint)}`}</p>
      ) : null}
      {[...stages].map(([stage, own]) => (
        <div key={stage} className="fit-stage">
          <span className="fit-stage-name">{stage === '' ? t('Whole') : stage}</span>
          <span>
            {own.map((knob) => (
              <KnobChip key={knob.id} knob={knob} />
            ))}
          </span>
        </div>
      ))}
    </section>
  );
}

import { Lock, LockOpen, X } from 'lucide-react';
import { KnobChip } from '../../cards/knob-chip.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { chooseKnob, knobsShown, useSteering } from '../../state/steering.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { FoundKnob } from '../../workers/steer-job.ts';
import { dropNode } from './fit-actions.ts';
import { LawChoice, LawText } from './law-choice.tsx';

/** `stage3` of `stage3.width`; what concerns the whole stands for itself. */
const stageOf = ({ id }: FoundKnob): string => id.slice(0, Math.max(0, id.lastIndexOf('.')));

/** What may be turned: the knobs by stage, or those of a family's law, each with its lock. */
export function KnobList() {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const law = useSteering((state) => state.law);
  const knobs = useSteering(knobsShown);
  const problem = useSteering((state) => (state.law === undefined ? state.known?.problems[0] : undefined));
  const stages = new Map<string, FoundKnob[]>();
  // What somebody asked for stands before what was found.
  for (const knob of [...(knobs ?? [])].sort((a, b) => Number(!a.node) - Number(!b.node))) {
    const stage = stageOf(knob);
    const list = stages.get(stage);
    if (list) list.push(knob);
    else stages.set(stage, [knob]);
  }
  const lockAll = (locked: boolean): void => {
    for (const knob of knobs ?? [])
      if (locked || (knob.node === undefined && (knob.id !== 'width' || law !== undefined)))
        chooseKnob(app, knob, { locked });
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
      <LawChoice />
      {knobs ? null : <p className="empty">{t('Looking for what can be turned …')}</p>}
      {problem ? <p className="empty">{`${say(problem.told.message)} ${say(problem.told.hint)}`}</p> : null}
      {[...stages].map(([stage, own]) => (
        <div key={stage} className={`fit-stage${law === undefined ? '' : ' is-law'}`}>
          {law === undefined ? (
            <span className="fit-stage-name" title={stage}>
              {stage === '' ? t('Whole') : stage}
            </span>
          ) : null}
          <span>
            {own.map((knob) => (
              <KnobChip key={knob.id} knob={knob} />
            ))}
            <DropNode knob={own[0]!} />
          </span>
        </div>
      ))}
      <LawText />
    </section>
  );
}

/** Takes the knobs of a node away that somebody asked for. */
function DropNode({ knob: { node } }: { readonly knob: FoundKnob }) {
  const app = useTheApp();
  const t = useT();
  if (node === undefined) return null;
  const title = t('No longer turn {{node}} by itself', { node });
  return (
    <button
      type="button"
      className="icon-button"
      title={title}
      aria-label={title}
      onClick={() => dropNode(app, node)}
    >
      <X size={12} />
    </button>
  );
}

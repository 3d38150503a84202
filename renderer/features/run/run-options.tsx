import { Play, Square } from 'lucide-react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import type { BackendName } from '../../../shared/runtime/session.ts';
import { CountField } from '../../fields/count-field.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { isFed, useRun } from '../../state/run/run-store.ts';
import { useApp } from '../../state/use-app.ts';
import { backendTitles, useBackends } from './backends.ts';
import { PreprocessingButton } from './preprocessing-button.tsx';
import { WeightsLine } from './weights-line.tsx';

const cores = (): number => navigator.hardwareConcurrency;

/** What can be chosen before a run. */
export function RunOptions() {
  const t = useT();
  const said = useSaid();
  const backend = useRun((state) => state.backend);
  const backends = useBackends();
  const threads = useRun((state) => state.threads);
  const runs = useRun((state) => state.runs);
  const warmUps = useRun((state) => state.warmUps);
  const batch = useRun((state) => state.batch);
  const set = useRun((state) => state.set);
  const chosen = backends.find(({ name }) => name === backend)?.note;
  return (
    <>
      <div className="run-fields">
        <div className="run-pair">
          <PreprocessingButton />
          <label className="run-field">
            <span>{t('Backend')}</span>
            <select
              value={backend}
              title={chosen && said(chosen)}
              onChange={(event) => set({ backend: event.target.value as BackendName })}
            >
              {backends.map(({ name, available, note }) => (
                <option key={name} value={name} disabled={!available} title={note && said(note)}>
                  {t(backendTitles[name])}
                </option>
              ))}
            </select>
          </label>
        </div>
        <div className="run-counts">
          <label className="run-field" title={t('Threads of the CPU backend')}>
            <span>{t('Threads')}</span>
            <select
              value={threads ?? ''}
              disabled={backend === 'webgpu' || backend === 'webgl' || backend === 'reference'}
              onChange={(event) =>
                set({ threads: event.target.value === '' ? undefined : Number(event.target.value) })
              }
            >
              <option value="">{t('all')}</option>
              {Array.from({ length: cores() }, (_, i) => i + 1).map((count) => (
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
            </select>
          </label>
          <CountField
            title={t('Batch')}
            doc={t('Pictures in one run; each place is fed the same picture, or noise of its own')}
            value={batch}
            min={1}
            max={256}
            onChange={(value) => set({ batch: value })}
          />
          <CountField
            title={t('Runs')}
            doc={t('How often the network is run; their median and spread are shown')}
            value={runs}
            min={1}
            max={1000}
            onChange={(value) => set({ runs: value, warmUps: value > 1 && warmUps === 0 ? 1 : warmUps })}
          />
          <CountField
            title={t('Warm-up')}
            doc={t('Runs before those that count, which find memory and code cold')}
            value={warmUps}
            min={0}
            max={100}
            onChange={(value) => set({ warmUps: value })}
          />
        </div>
        <WeightsLine />
      </div>
      <div className="run-foot">
        <RunButton />
      </div>
    </>
  );
}

/** Inputs come first as a rule: no list of all nodes is made. */
function holdsInput({ facts }: Analysis): boolean {
  for (const { node } of facts.values()) if (node.kind === 'input') return true;
  return false;
}

/** What is not there yet that a run needs, in words. */
export function useMissing(): string | undefined {
  const t = useT();
  const hasSource = useRun(isFed);
  const hasInput = useApp(({ whole }) => holdsInput(whole.analysis));
  if (!hasInput) return t('The design has no input yet.');
  return hasSource ? undefined : t('Pick a picture, draw a digit, or choose noise first.');
}

function RunButton() {
  const t = useT();
  const running = useRun((state) => state.status.kind === 'running');
  const stop = useRun((state) => state.stop);
  const missing = useMissing();
  if (running) {
    return (
      // An element of its own: turned into the submit button while it is clicked, it would start the run anew.
      <button key="cancel" type="button" className="button" onClick={stop}>
        <Square size={14} /> {t('Cancel')}
      </button>
    );
  }
  return (
    <button
      key="run"
      type="submit"
      className="button is-primary"
      disabled={missing !== undefined}
      title={missing ?? t('Run')}
    >
      <Play size={14} /> {t('Run')}
    </button>
  );
}

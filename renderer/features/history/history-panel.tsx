import { saidAgain } from '../../i18n/again.ts';
import { useT } from '../../i18n/i18n.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** Every step that can be undone and redone; a click goes there. */
export function HistoryPanel() {
  const app = useTheApp();
  const t = useT();
  const { past, future } = useApp((state) => state.history);
  const steps = [...past, ...future];
  const go = (target: number): void => {
    const { undo, redo } = app.getState();
    for (let at = past.length; at > target; at--) undo();
    for (let at = past.length; at < target; at++) redo();
  };
  return (
    <ol className="history" data-testid="history">
      <li className={past.length === 0 ? 'is-now' : ''}>
        <button type="button" onClick={() => go(0)}>
          {t('As opened')}
        </button>
      </li>
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step's place is its identity.
        <li key={i} className={i + 1 === past.length ? 'is-now' : i >= past.length ? 'is-future' : ''}>
          <button type="button" onClick={() => go(i + 1)}>
            {saidAgain(step.label)}
          </button>
        </li>
      ))}
    </ol>
  );
}

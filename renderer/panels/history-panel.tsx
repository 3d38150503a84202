import { useT } from '../i18n/i18n.ts';
import { app, useApp } from '../store/app.ts';

/** Every step that can be undone or done again; a click goes there. */
export function HistoryPanel() {
  const t = useT();
  const { past, future } = useApp((state) => state.history);
  const go = (steps: number): void => {
    const { undo, redo } = app.getState();
    for (let i = 0; i < Math.abs(steps); i++) (steps < 0 ? undo : redo)();
  };
  if (past.length + future.length === 0) return <p className="empty">{t('Nothing was changed yet.')}</p>;
  return (
    <ol className="history-list">
      <li>
        <button type="button" aria-current={past.length === 0} onClick={() => go(-past.length)}>
          {t('Opened')}
        </button>
      </li>
      {past.map(({ label }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the history.
        <li key={i}>
          <button type="button" aria-current={i === past.length - 1} onClick={() => go(i + 1 - past.length)}>
            {label}
          </button>
        </li>
      ))}
      {future.map(({ label }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the history.
        <li key={i} className="is-future">
          <button type="button" onClick={() => go(i + 1)}>
            {label}
          </button>
        </li>
      ))}
    </ol>
  );
}

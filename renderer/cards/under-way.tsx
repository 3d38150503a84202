import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';

interface UnderWayProps {
  /** Of 1. */
  readonly fraction: number;
  /** What is being done, and how long it will take. */
  readonly children: ReactNode;
  readonly onCancel?: () => void;
}

/** How far something is that takes its time, and where it can be given up. */
export function UnderWay({ fraction, children, onCancel }: UnderWayProps) {
  const t = useT();
  return (
    <div className="progress">
      <progress value={fraction} max={1} aria-label={t('Progress')} />
      <p className="muted">
        {children}
        {onCancel ? (
          <>
            {' '}
            <button type="button" className="link" onClick={onCancel}>
              {t('Cancel')}
            </button>
          </>
        ) : null}
      </p>
    </div>
  );
}

/** In place of what is not there yet: what it would tell, and the button that makes it. */
export function Offer({
  what,
  action,
  onAct,
}: {
  readonly what: string;
  readonly action: string;
  readonly onAct: () => void;
}) {
  return (
    <div className="empty-panel">
      <p>{what}</p>
      <button type="button" className="button" onClick={onAct}>
        {action}
      </button>
    </div>
  );
}

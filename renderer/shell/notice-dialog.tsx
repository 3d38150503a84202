import { CircleAlert, Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { useCommands } from '../commands/use-commands.ts';
import { saidAgain } from '../i18n/again.ts';
import { useT } from '../i18n/i18n.ts';
import type { NoticeAction } from '../state/dialog-state.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { CopyDetails } from './copy-details.tsx';

const INFO_MS = 8000;

/** Something to know. Errors and offers stay until they are closed; the rest goes by itself. */
export function NoticeDialog() {
  const app = useTheApp();
  const commands = useCommands();
  const t = useT();
  const notice = useApp((state) => state.notice);
  useEffect(() => {
    if (notice?.kind !== 'info' || notice.action) return;
    const timer = setTimeout(() => app.getState().dismissNotice(), INFO_MS);
    return () => clearTimeout(timer);
  }, [app, notice]);
  const act = ({ command, selection }: NoticeAction): void => {
    const { dismissNotice, select } = app.getState();
    dismissNotice();
    if (selection) select(selection);
    void commands.run(command);
  };
  if (!notice) return null;
  const Icon = notice.kind === 'error' ? CircleAlert : Info;
  return (
    <div
      className={`notice is-${notice.kind}`}
      role={notice.kind === 'error' ? 'alert' : 'status'}
      data-testid="notice"
    >
      <Icon size={18} className="finding-icon" />
      <div>
        <strong>{saidAgain(notice.title)}</strong>
        {notice.lines.length > 0 ? (
          <ul>
            {notice.lines.map((line) => (
              <li key={line}>{saidAgain(line)}</li>
            ))}
          </ul>
        ) : null}
        {notice.details === undefined ? null : <CopyDetails key={notice.details} details={notice.details} />}
        {notice.action ? (
          <button
            type="button"
            className="button is-primary"
            data-testid="notice-action"
            onClick={() => act(notice.action!)}
          >
            {saidAgain(notice.action.title)}
          </button>
        ) : null}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={t('Close')}
        title={t('Close')}
        onClick={() => app.getState().dismissNotice()}
      >
        <X size={15} />
      </button>
    </div>
  );
}

import { type Opening, openingOf } from '../documents/opening.ts';
import { useT } from '../i18n/i18n.ts';
import { useSlice } from '../state/slice.ts';
import { useApp } from '../state/use-app.ts';

const steps: Readonly<Record<Opening['step'], string>> = {
  reading: 'Reading …',
  placing: 'Placing the layers …',
  analysing: 'Working out shapes and costs …',
};

/** How far a document is that is being opened, and the way back. */
export function OpeningDialog() {
  const t = useT();
  const opening = useSlice(openingOf, (state) => state.opening);
  // What is asked on the way stands in front, and waits for no progress.
  const isAsked = useApp((state) => state.question !== undefined);
  if (!opening || isAsked) return null;
  const { name, step, share, cancel } = opening;
  return (
    <div className="opening" role="dialog" aria-label={t('Opening {{name}}', { name })} data-testid="opening">
      <strong>{t('Opening {{name}}', { name })}</strong>
      <progress {...(share === undefined ? {} : { value: share })} max={1} aria-label={t('Progress')} />
      <div>
        <span className="muted" role="status">
          {t(steps[step])}
        </span>
        <button
          type="button"
          className="button is-small"
          // biome-ignore lint/a11y/noAutofocus: nothing else can be done now, and Escape is heard here.
          autoFocus
          onClick={cancel}
          onKeyDown={(event) => {
            if (event.key === 'Escape') cancel();
          }}
        >
          {t('Cancel')}
        </button>
      </div>
    </div>
  );
}

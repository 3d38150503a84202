import { ChevronLeft, ChevronRight, Scale, X } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { useSlice } from '../../state/slice.ts';
import { useTheApp } from '../../state/use-app.ts';
import { chapters, titleOf } from './chapters.ts';
import { compareWithBefore, openChapter, tellingOf } from './story.ts';

/** Where in the story one is, and the ways on. */
export function StoryBar() {
  const app = useTheApp();
  const t = useT();
  const chapter = useSlice(tellingOf, (state) => state.chapter);
  if (chapter === undefined) return null;
  const before = chapters[chapter - 1];
  const next = chapters[chapter + 1];
  return (
    <nav className="story-bar" aria-label={t('The story')} data-testid="story">
      <button
        type="button"
        className="icon-button"
        disabled={!before}
        aria-label={t('The chapter before')}
        title={t('The chapter before')}
        onClick={() => void openChapter(app, chapter - 1)}
      >
        <ChevronLeft size={16} />
      </button>
      <ol>
        {chapters.map((each, i) => (
          <li key={each.id}>
            <button
              type="button"
              className="button is-small is-quiet"
              aria-current={i === chapter ? 'step' : undefined}
              onClick={() => void openChapter(app, i)}
            >
              {titleOf(each)}
            </button>
          </li>
        ))}
      </ol>
      <button
        type="button"
        className="icon-button"
        disabled={!next}
        aria-label={t('The next chapter')}
        title={t('The next chapter')}
        onClick={() => void openChapter(app, chapter + 1)}
      >
        <ChevronRight size={16} />
      </button>
      {before ? (
        <button type="button" className="button is-small" onClick={() => compareWithBefore(app)}>
          <Scale size={14} aria-hidden="true" />
          {t('Compare with {{name}}', { name: titleOf(before) })}
        </button>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={t('Close')}
        title={t('Close')}
        onClick={() => tellingOf(app).setState({ chapter: undefined })}
      >
        <X size={14} />
      </button>
    </nav>
  );
}

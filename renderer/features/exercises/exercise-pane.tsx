import {
  Check as CheckIcon,
  ChevronLeft,
  ChevronRight,
  Circle,
  FolderOpen,
  Lightbulb,
  X,
} from 'lucide-react';
import { useMemo } from 'react';
import { type Exercise, measures } from '../../../shared/exercise/exercise.ts';
import { type CheckVerdict, judge, type Verdict } from '../../../shared/exercise/judge.ts';
import { exactOfUnit, formatOfUnit } from '../../cards/quantity-format.ts';
import { useT } from '../../i18n/i18n.ts';
import { BriefMarkdown } from '../../parts/brief-markdown.tsx';
import { documentOf } from '../../state/app-state.ts';
import { useSlice } from '../../state/slice.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { CellTable } from './cell-table.tsx';
import { giveFile, giveShipped, inLanguage, moreHints, putAway, shipped, workingOf } from './working.ts';

/** The exercise beside the canvas, judged as the design and the answers stand. */
export function ExercisePane() {
  const exercise = useSlice(workingOf, (state) => state.exercise);
  return exercise ? <Given exercise={exercise} /> : null;
}

function Given({ exercise }: { readonly exercise: Exercise }) {
  const t = useT();
  const language = useApp((state) => state.language);
  const design = useApp(documentOf);
  const analysis = useApp((state) => state.whole.analysis);
  const answers = useSlice(workingOf, (state) => state.answers);
  const verdict = useMemo(
    () => judge(exercise, design, answers, analysis),
    [exercise, design, answers, analysis],
  );
  return (
    <aside
      className={exercise.table ? 'exercise has-table' : 'exercise'}
      aria-label={t('Exercise')}
      data-testid="exercise"
    >
      <Ways />
      <h2>{inLanguage(exercise.title, language)}</h2>
      <BriefMarkdown text={inLanguage(exercise.task, language)} />
      {exercise.table ? <CellTable exercise={exercise} table={exercise.table} cells={verdict.cells} /> : null}
      <Checks exercise={exercise} verdict={verdict} />
      <p className={verdict.done ? 'exercise-done' : 'visually-hidden'} role="status">
        {verdict.done ? t('Solved.') : ''}
      </p>
      <Hints exercise={exercise} />
    </aside>
  );
}

/** To the exercise before and after, a teacher's own, and away. */
function Ways() {
  const app = useTheApp();
  const t = useT();
  const number = useSlice(workingOf, (state) => state.number);
  const at = number ?? -1;
  return (
    <header className="exercise-head">
      <button
        type="button"
        className="icon-button"
        disabled={at <= 0}
        aria-label={t('The exercise before')}
        title={t('The exercise before')}
        onClick={() => void giveShipped(app, at - 1)}
      >
        <ChevronLeft size={15} />
      </button>
      <span className="muted">
        {number === undefined
          ? t('Exercise')
          : t('Exercise {{number}} of {{count}}', { number: number + 1, count: shipped.length })}
      </span>
      <button
        type="button"
        className="icon-button"
        disabled={at >= shipped.length - 1}
        aria-label={t('The next exercise')}
        title={t('The next exercise')}
        onClick={() => void giveShipped(app, at + 1)}
      >
        <ChevronRight size={15} />
      </button>
      <span className="spacer" />
      <button
        type="button"
        className="icon-button"
        aria-label={t('Open an exercise …')}
        title={t('Open an exercise …')}
        onClick={() => void giveFile(app)}
      >
        <FolderOpen size={15} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('Close')}
        title={t('Close')}
        onClick={() => putAway(app)}
      >
        <X size={15} />
      </button>
    </header>
  );
}

function Checks({ exercise, verdict }: { readonly exercise: Exercise; readonly verdict: Verdict }) {
  const t = useT();
  return (
    <ul className="exercise-checks">
      <Line met={verdict.sound} text={t('The design has no problems')} />
      {exercise.keepShapes ? (
        <Line met={verdict.keepsShapes === true} text={t('Input and output keep their shapes')} />
      ) : null}
      {verdict.checks.map((each, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a check's place is its identity.
        <CheckLine key={i} verdict={each} />
      ))}
    </ul>
  );
}

function CheckLine({ verdict: { check, actual, least, most, met } }: { readonly verdict: CheckVerdict }) {
  const t = useT();
  const { unit } = measures[check.measure];
  const format = formatOfUnit(unit);
  const bounds = [
    check.atLeast ? t('at least {{limit}}', { limit: least === undefined ? '?' : format(least) }) : [],
    check.atMost ? t('at most {{limit}}', { limit: most === undefined ? '?' : format(most) }) : [],
  ].flat();
  return (
    <Line
      met={met}
      text={`${t(measures[check.measure].title)}: ${bounds.join(', ')}`}
      now={actual === undefined ? t('unknown') : format(actual)}
      exactly={actual === undefined ? undefined : exactOfUnit(unit)(actual)}
    />
  );
}

interface LineProps {
  readonly met: boolean;
  readonly text: string;
  readonly now?: string;
  readonly exactly?: string | undefined;
}

function Line({ met, text, now, exactly }: LineProps) {
  const t = useT();
  const Icon = met ? CheckIcon : Circle;
  return (
    <li className={met ? 'is-met' : ''} data-met={met}>
      <Icon size={14} aria-hidden="true" />
      <span>
        <span className="visually-hidden">{met ? t('met') : t('not met')}: </span>
        {text}
      </span>
      {now === undefined ? null : <b title={exactly}>{now}</b>}
    </li>
  );
}

function Hints({ exercise: { hints } }: { readonly exercise: Exercise }) {
  const app = useTheApp();
  const t = useT();
  const language = useApp((state) => state.language);
  const shown = useSlice(workingOf, (state) => state.hints);
  return (
    <div className="exercise-hints">
      {hints.slice(0, shown).map((hint, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a hint's place is its identity.
        <BriefMarkdown key={i} text={inLanguage(hint, language)} />
      ))}
      {shown < hints.length ? (
        <button type="button" className="button is-small" onClick={() => moreHints(app)}>
          <Lightbulb size={14} aria-hidden="true" />
          {t('A hint')}
        </button>
      ) : null}
    </div>
  );
}

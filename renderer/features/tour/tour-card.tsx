import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { BriefMarkdown } from '../../parts/brief-markdown.tsx';
import type { App } from '../../state/app.ts';
import type { AppState } from '../../state/app-state.ts';
import type { WindowBox } from '../../state/focus.ts';
import { useSlice } from '../../state/slice.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import { placeBy } from './place.ts';
import { type Step, steps } from './steps.ts';
import { goTo, leaveTour, touringOf } from './tour.ts';

/** What the tour says, beside what it speaks of. The window goes on working meanwhile. */
export function TourCard() {
  const step = useSlice(touringOf, (state) => state.step);
  const begun = useSlice(touringOf, (state) => state.begun);
  const shown = step === undefined ? undefined : steps[step];
  return step === undefined || !shown || !begun ? null : <Shown number={step} step={shown} begun={begun} />;
}

interface ShownProps {
  readonly number: number;
  readonly step: Step;
  readonly begun: AppState;
}

function Shown({ number, step, begun }: ShownProps) {
  const app = useTheApp();
  const t = useT();
  const text = useApp((state) => step.text(state, begun));
  const card = useRef<HTMLElement>(null);
  const on = useFocusTarget<HTMLButtonElement>('tour');
  const next = useRef<HTMLButtonElement>(null);
  const byDeed = useSlice(touringOf, (state) => state.byDeed);
  const target = useTarget(app, step);
  useEscape(app);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step takes the focus anew.
  useEffect(() => {
    if (!byDeed) next.current?.focus();
  }, [number, byDeed]);
  useFollow(card, target);
  const last = number === steps.length - 1;
  return (
    <>
      <div className="tour-ring" style={ringOf(target)} aria-hidden="true" />
      <section
        ref={card}
        className="tour-card"
        role="dialog"
        aria-labelledby="tour-title"
        data-testid="tour"
        data-step={step.id}
      >
        <div className="tour-head">
          <h2 id="tour-title">{step.title()}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label={t('Leave the tour')}
            title={`${t('Leave the tour')} (Esc)`}
            onClick={() => leaveTour(app)}
          >
            <X size={15} />
          </button>
        </div>
        <div className="tour-text" aria-live="polite">
          <BriefMarkdown text={text} />
        </div>
        <div className="tour-ways">
          <span className="muted">
            {t('{{number}} of {{count}}', { number: number + 1, count: steps.length })}
          </span>
          <span className="spacer" />
          {number > 0 ? (
            <button type="button" className="button is-small" onClick={() => goTo(app, number - 1)}>
              {t('Back')}
            </button>
          ) : null}
          <button
            ref={(element) => {
              next.current = element;
              return on(element) ?? undefined;
            }}
            type="button"
            className={step.done ? 'button is-small' : 'button is-small is-primary'}
            onClick={() => goTo(app, number + 1)}
          >
            {last ? t('Finish') : step.done ? t('Skip') : t('Next')}
          </button>
        </div>
      </section>
    </>
  );
}

/** Where something of the window is, frame by frame: canvases glide, and panes are dragged. The window where it is not there. */
function useTarget(app: App, step: Step): WindowBox {
  const [box, setBox] = useState<WindowBox>(() => look(app, step));
  useEffect(() => {
    let frame = 0;
    const follow = (): void => {
      const now = look(app, step);
      setBox((before) => (same(before, now) ? before : now));
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [app, step]);
  return box;
}

function look(app: App, { at }: Step): WindowBox {
  const found = at(app);
  const isSeen =
    found &&
    found.width > 0 &&
    found.x + found.width > 0 &&
    found.y + found.height > 0 &&
    found.x < window.innerWidth &&
    found.y < window.innerHeight;
  if (isSeen) return found;
  return { x: 0, y: 0, width: window.innerWidth, height: window.innerHeight };
}

const same = (a: WindowBox, b: WindowBox): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

const RING = 4;

const ringOf = ({ x, y, width, height }: WindowBox) => ({
  left: x - RING,
  top: y - RING,
  width: width + 2 * RING,
  height: height + 2 * RING,
});

/** Puts the card where it belongs, once its size is known. */
function useFollow(card: React.RefObject<HTMLElement | null>, target: WindowBox): void {
  useEffect(() => {
    const element = card.current;
    if (!element) return;
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const { x, y } = placeBy(target, size, { width: window.innerWidth, height: window.innerHeight });
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
  });
}

/** Escape leaves the tour, unless something that is open, or a field, has use for it. */
function useEscape(app: App): void {
  useEffect(() => {
    let needed = false;
    const ask = (event: KeyboardEvent): void => {
      const { overlay, question, notice } = app.getState();
      const open =
        event.target instanceof Element && event.target.closest('[role=menu], [role=dialog], .quick-add');
      needed =
        overlay !== 'none' ||
        question !== undefined ||
        notice !== undefined ||
        (open instanceof Element && !open.matches('.tour-card'));
    };
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || needed) return;
      leaveTour(app);
    };
    window.addEventListener('keydown', ask, true);
    window.addEventListener('keydown', leave);
    return () => {
      window.removeEventListener('keydown', ask, true);
      window.removeEventListener('keydown', leave);
    };
  }, [app]);
}

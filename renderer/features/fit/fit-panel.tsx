import { useEffect, useState } from 'react';
import { documentOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { Answers } from './answers.tsx';
import { lookForKnobs, pointAt } from './fit-actions.ts';
import { FitBar, type FitView } from './fit-bar.tsx';
import { KnobList } from './knob-list.tsx';
import { LimitList } from './limit-list.tsx';

/** What must be kept, what may be turned, and the designs that come of it. */
export function FitPanel() {
  const app = useTheApp();
  const nodes = useApp((state) => documentOf(state).nodes);
  const [view, setView] = useState<FitView>('table');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another network has other knobs.
  useEffect(() => {
    const rest = setTimeout(() => void lookForKnobs(app), REST_MS);
    return () => clearTimeout(rest);
  }, [app, nodes]);
  useEffect(() => () => pointAt(app, undefined), [app]);
  return (
    <div className="fit" data-testid="fit">
      <FitBar view={view} onView={setView} />
      <div className={`fit-columns is-${view}`}>
        <LimitList />
        <KnobList />
        <Answers view={view} />
      </div>
    </div>
  );
}

/** Long enough that scrubbing does not wait for it. */
const REST_MS = 200;

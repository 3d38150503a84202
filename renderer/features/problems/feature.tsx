import { useMemo } from 'react';
import { countOf, summarise } from '../../../shared/lint/summary.ts';
import type { Feature } from '../../commands/feature.ts';
import { useApp } from '../../state/use-app.ts';
import { ProblemsPanel } from './problems-panel.tsx';

function Count() {
  const analysis = useApp((state) => state.analysis);
  const report = useApp((state) => state.report);
  const count = useMemo(() => countOf(summarise(analysis, report)), [analysis, report]);
  return count > 0 ? <span className="count">{count}</span> : null;
}

/** What keeps the design from working, and what the rules say about it. */
export const problems: Feature = {
  id: 'problems',
  panel: { name: 'problems', title: 'Problems', Body: ProblemsPanel, Count },
};

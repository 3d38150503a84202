import type { Feature } from '../../commands/feature.ts';
import { useApp } from '../../state/use-app.ts';
import { ProblemsPanel } from './problems-panel.tsx';

function Count() {
  const count = useApp(
    (state) =>
      state.analysis.problems.length +
      state.report.findings.filter(
        ({ suppressed, severity }) => suppressed === undefined && severity !== 'info',
      ).length,
  );
  return count > 0 ? <span className="count">{count}</span> : null;
}

/** What keeps the design from working, and what the rules say about it. */
export const problems: Feature = {
  id: 'problems',
  panel: { name: 'problems', title: 'Problems', Body: ProblemsPanel, Count },
};

import { ListChecks } from 'lucide-react';
import { useMemo } from 'react';
import { countOf } from '../../../shared/lint/summary.ts';
import { inEditor } from '../../commands/define.ts';
import type { Feature } from '../../commands/feature.ts';
import { summaryOf } from '../../state/judged.ts';
import { showPacks } from '../../state/rule-view.ts';
import { useApp } from '../../state/use-app.ts';
import { useSettled } from '../../state/use-settled.ts';
import { PacksDialog } from './packs-dialog.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { RulePage } from './rule-page.tsx';

function Count() {
  const analysis = useApp((state) => state.analysis);
  const report = useApp((state) => state.report);
  const latest = useMemo(() => ({ analysis, report }), [analysis, report]);
  const settled = useSettled(latest, analysis.facts.size);
  const count = useMemo(() => countOf(summaryOf(settled.analysis, settled.report)), [settled]);
  return count > 0 ? <span className="count">{count}</span> : null;
}

function RuleBook() {
  return (
    <>
      <PacksDialog />
      <RulePage />
    </>
  );
}

/** What keeps the design from working, and what the rules say about it. */
export const problems: Feature = {
  id: 'problems',
  commands: [
    {
      id: 'rules.choose',
      title: 'Choose rules …',
      menu: 'Design',
      icon: ListChecks,
      when: inEditor,
      perform: showPacks,
    },
  ],
  views: { dialog: RuleBook },
  panel: { name: 'problems', title: 'Problems', Body: ProblemsPanel, Count },
};

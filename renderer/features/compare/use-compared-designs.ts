import { useMemo } from 'react';
import type { Comparison } from '../../../shared/analysis/compare.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { documentOf } from '../../state/app-state.ts';
import {
  analysisOf,
  chosenOf,
  comparisonOf,
  type OtherDesign,
  othersOf,
  useCompared,
} from '../../state/compared.ts';
import { budgetOf } from '../../state/judged.ts';
import { useApp } from '../../state/use-app.ts';
import { toldOf } from '../../state/veil.ts';

export interface AnalysedDesign {
  readonly name: string;
  readonly analysis: Analysis;
}

export interface ComparedDesigns {
  readonly others: readonly OtherDesign[];
  /** The one that is told layer by layer. */
  readonly chosen: OtherDesign | undefined;
  readonly comparison: Comparison | undefined;
  /** The open design first, then all others. */
  readonly all: readonly AnalysedDesign[];
}

export function useComparedDesigns(): ComparedDesigns {
  const baseline = useApp((state) => budgetOf(state).baseline);
  const name = useApp((state) => documentOf(state).name);
  const analysis = useApp(toldOf);
  const listed = useCompared((state) => state.others);
  const against = useCompared((state) => state.against);
  return useMemo(() => {
    const others = othersOf(listed, baseline);
    const chosen = chosenOf(others, against);
    return {
      others,
      chosen,
      comparison: chosen && comparisonOf(analysisOf(chosen), analysis),
      all: [
        { name, analysis },
        ...others.map((other) => ({ name: other.name, analysis: analysisOf(other) })),
      ],
    };
  }, [listed, baseline, against, name, analysis]);
}

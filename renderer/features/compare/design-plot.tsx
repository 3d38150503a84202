import { useMemo } from 'react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { sharingConventions } from '../../../shared/graph/quantities.ts';
import { type Measures, measuresOf, oneSample } from '../../../shared/steer/quantities.ts';
import { DesignScatter } from '../../cards/design-scatter.tsx';
import type { Dot } from '../../cards/scatter.tsx';
import type { App } from '../../state/app.ts';
import { millisecondsOf } from '../../state/run/predicted.ts';
import { useTimeModel } from '../../state/run/time-model.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { AnalysedDesign } from './use-compared-designs.ts';

const nothing = (): void => {};

/** Designs by any two of their totals, the first of which the others are compared with. */
export function DesignPlot({ designs }: { readonly designs: readonly AnalysedDesign[] }) {
  const app = useTheApp();
  const machine = useTimeModel((state) => state.known);
  const dots = useMemo(
    (): readonly Dot[] =>
      designs
        .map(({ name, analysis }, place) => ({
          key: `design ${name}`,
          kind: place === 0 ? ('now' as const) : ('answer' as const),
          title: name,
          label: name,
          measures: machine ? timed(app, analysis) : counted(analysis),
        }))
        .reverse(),
    [app, machine, designs],
  );
  return <DesignScatter dots={dots} loaded={oneSample} withZooAtFirst onPoint={nothing} onChoose={nothing} />;
}

/** What a design counts, and how long it would take on this machine where that is known. */
function timed(app: App, analysis: Analysis): Measures {
  const milliseconds = millisecondsOf(app, analysis);
  return { ...counted(analysis), ...(milliseconds === undefined ? {} : { milliseconds }) };
}

const counted = (analysis: Analysis): Measures => measuresOf(analysis, sharingConventions);

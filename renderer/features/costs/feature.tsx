import { countedQuantities } from '../../../shared/graph/quantities.ts';
import type { Feature } from '../../commands/feature.ts';
import { baselineCommands } from './baseline-commands.ts';
import { BudgetGauge } from './budget-gauge.tsx';
import { CostsPanel } from './costs-panel.tsx';
import { TimeGauge } from './time-gauge.tsx';

function Gauges() {
  return (
    <>
      {countedQuantities.map((quantity) => (
        <BudgetGauge key={quantity} quantity={quantity} />
      ))}
      <TimeGauge />
    </>
  );
}

/** What the design costs, layer by layer, and whether that is within its budget. */
export const costs: Feature = {
  id: 'costs',
  commands: baselineCommands,
  panel: { name: 'costs', title: 'Costs', Body: CostsPanel },
  views: { gauges: Gauges },
};

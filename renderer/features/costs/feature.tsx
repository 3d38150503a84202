import { quantities } from '../../../shared/graph/design.ts';
import type { Feature } from '../../commands/feature.ts';
import { CostsPanel } from '../../panels/costs/costs-panel.tsx';
import { BudgetGauge } from '../../toolbar/budget-gauge.tsx';
import { baselineCommands } from './baseline-commands.ts';

function Gauges() {
  return quantities.map((quantity) => <BudgetGauge key={quantity} quantity={quantity} />);
}

/** What the design costs, layer by layer, and whether that is within its budget. */
export const costs: Feature = {
  id: 'costs',
  commands: baselineCommands,
  panel: { name: 'costs', title: 'Costs', Body: CostsPanel },
  views: { gauges: Gauges },
};

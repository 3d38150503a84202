import { useMemo } from 'react';
import type { SteerLimit } from '../../../shared/steer/quantities.ts';
import { budgetOf } from '../../state/judged.ts';
import { limitsOf, useSteering } from '../../state/steering.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** All limits that are to be kept, as they change. */
export function useLimits(): readonly SteerLimit[] {
  const app = useTheApp();
  const budget = useApp(budgetOf);
  const written = useSteering((state) => state.limits);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they are made of.
  return useMemo(() => limitsOf(app), [app, budget, written]);
}

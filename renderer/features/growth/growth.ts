import { createStore } from 'zustand/vanilla';
import type { Totals } from '../../../shared/analysis/facts.ts';
import { MULTIPLYING, quantityOf } from '../../../shared/budget/budget.ts';
import type { Design } from '../../../shared/graph/design.ts';
import type { Step } from '../../../shared/graph/history.ts';
import { type CountedQuantity, countedQuantities } from '../../../shared/graph/quantities.ts';
import type { App } from '../../state/app.ts';
import { type AppState, documentOf } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';

/** A total that one gesture multiplied, without adding a node. */
export interface Growth {
  /** What the history calls the gesture. */
  readonly label: string;
  readonly quantity: CountedQuantity;
  /** In the quantity's unit, for one sample or the design's batch, as its gauge has it. */
  readonly before: number;
  readonly after: number;
  /** As it was before the gesture. */
  readonly design: Design;
}

interface Growing {
  /** Of the last gesture; undefined when nothing grew, or the user has seen it. */
  readonly growth: Growth | undefined;
}

export const growthOf = defineSlice<Growing>(() => createStore<Growing>()(() => ({ growth: undefined })));

interface Known {
  readonly design: Design;
  readonly totals: Totals;
}

const knownOf = (state: AppState): Known => ({
  design: documentOf(state),
  totals: state.whole.analysis.totals,
});

const sameKeys = (a: object, b: object): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key));
};

/** Whether both have the same nodes, also within the blocks of the user's own: building adds costs, and is no surprise. */
function sameNodes(a: Design, b: Design): boolean {
  if (a.nodes !== b.nodes && !sameKeys(a.nodes, b.nodes)) return false;
  if (a.blocks === b.blocks) return true;
  return (
    sameKeys(a.blocks, b.blocks) &&
    Object.entries(a.blocks).every(([name, { nodes }]) => sameKeys(nodes, b.blocks[name]!.nodes))
  );
}

/** The total that grew most, at least twofold; only told of two designs that are whole and have the same nodes. */
function growthBetween(before: Known, after: Known, step: Step): Growth | undefined {
  if (before.totals.unknown > 0 || after.totals.unknown > 0) return undefined;
  const grown = countedQuantities.map((quantity) => ({
    label: step.label,
    quantity,
    before: quantityOf(before.totals, quantity),
    after: quantityOf(after.totals, quantity),
    design: before.design,
  }));
  const factor = (growth: Growth): number => growth.after / growth.before;
  const most = grown.reduce((best, each) => (factor(each) > factor(best) ? each : best));
  if (most.before === 0 || factor(most) < MULTIPLYING) return undefined;
  return sameNodes(before.design, after.design) ? most : undefined;
}

/** Follows the history: each gesture is held against the totals that it found, however many edits it is made of. */
export function watchGrowth(app: App): void {
  const slice = growthOf(app);
  let base = knownOf(app.getState());
  const tell = (growth: Growth | undefined): void => {
    if (growth !== slice.getState().growth) slice.setState({ growth });
  };
  app.subscribe((state, before) => {
    const { past, future } = state.history;
    if (state.history === before.history || documentOf(state) === documentOf(before)) return;
    const step = past.at(-1);
    const old = before.history.past;
    const redone = step !== undefined && step.patches === before.history.future[0]?.patches;
    if (state.opened !== before.opened || step === undefined || future.length > 0 || redone) {
      base = knownOf(state);
      tell(undefined);
      return;
    }
    const goesOn = past.at(-2) === old.at(-2) && past.length === old.length;
    if (!goesOn) base = knownOf(before);
    tell(growthBetween(base, knownOf(state), step));
  });
}

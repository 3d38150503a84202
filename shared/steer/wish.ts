import type { Evaluator } from './evaluate.ts';
import { amountOf, edgeOf, type Measures, type SteerQuantity } from './quantities.ts';

/**
 * What makes one design that keeps the limits better than another: closest to the original in what is turned, in how its
 * multiply-adds are shared among stages, or in how far it sees; or a quantity as large or as small as possible.
 */
export type Wish =
  | { readonly kind: 'closest'; readonly to: 'design' | 'shares' | 'field' }
  | { readonly kind: 'largest' | 'smallest'; readonly quantity: SteerQuantity };

export const closest: Wish = { kind: 'closest', to: 'design' };

/** How good a variant is, less is better; and the least that any variant of a part of the space can be. */
export interface Scoring {
  score(at: readonly number[], measures: Measures, distance: number): number;
  /** `distance` is that of the knobs that are set; measures are of the cheapest and the dearest variant, where known. */
  bound(distance: number, cheapest: Measures | undefined, dearest: Measures | undefined): number;
  readonly needs: { readonly cheapest: boolean; readonly dearest: boolean };
}

/** How far a value is from another: the logarithm of their ratio, so that half is as far as twice. */
export function distanceBetween(value: number, base: number): number {
  return Math.abs(Math.log((value + 1e-9) / (base + 1e-9)));
}

export function scoringOf(wish: Wish, evaluator: Evaluator): Scoring {
  switch (wish.kind) {
    case 'largest':
    case 'smallest': {
      const sign = wish.kind === 'largest' ? -1 : 1;
      const edge = sign < 0 ? 'most' : 'least';
      return {
        score: (_, measures) => sign * amountOf(measures, wish.quantity),
        bound: (_, cheapest, dearest) => {
          const best = sign < 0 ? dearest : cheapest;
          return best ? sign * edgeOf(best, wish.quantity, edge) : -Infinity;
        },
        needs: { cheapest: sign > 0, dearest: sign < 0 },
      };
    }
    case 'closest':
      return wish.to === 'design'
        ? {
            score: (_, __, distance) => distance,
            bound: (distance) => distance,
            needs: { cheapest: false, dearest: false },
          }
        : closestIn(wish.to, evaluator);
  }
}

function closestIn(to: 'shares' | 'field', evaluator: Evaluator): Scoring {
  const start = evaluator.measure(evaluator.base);
  const field = start?.fieldPixels ?? 0;
  const shares = sharesOf(evaluator.stageMacs(evaluator.base) ?? []);
  return {
    // A tie goes to what is closest otherwise.
    score: (at, measures, distance) => {
      const nearness = 1e-6 * distance;
      if (to === 'field') return distanceBetween(measures.fieldPixels, field) + nearness;
      const here = sharesOf(evaluator.stageMacs(at) ?? []);
      return here.reduce((sum, share, i) => sum + Math.abs(share - shares[i]!), 0) + nearness;
    },
    bound: (distance) => 1e-6 * distance,
    needs: { cheapest: false, dearest: false },
  };
}

function sharesOf(macs: readonly number[]): readonly number[] {
  const total = macs.reduce((sum, each) => sum + each, 0);
  return macs.map((each) => (total === 0 ? 0 : each / total));
}

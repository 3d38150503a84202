import { multiple, sum, type Term } from '../base/term.ts';
import { unreachable } from '../base/unreachable.ts';
import type { NodeCost, Totals } from './facts.ts';

/** The ways of counting operations, by name: multiply-adds; twice these; or these twice and all other operations. */
export const conventions = ['mac', 'flops2', 'all-ops'] as const;
/** What one "operation" is: see the table in docs/costs.md. */
export type Convention = (typeof conventions)[number];

export interface ConventionInfo {
  readonly title: string;
  /** The unit behind a figure. */
  readonly unit: string;
  readonly doc: string;
}

export const conventionInfo: Readonly<Record<Convention, ConventionInfo>> = {
  mac: {
    title: 'Multiply-adds',
    unit: 'MACs',
    doc: 'One multiplication and one addition are one operation, since devices do both in one cycle. Convolutions and matrix products only.',
  },
  flops2: { title: 'FLOPs (2 per MAC)', unit: 'FLOPs', doc: 'Twice the multiply-adds.' },
  'all-ops': {
    title: 'All operations',
    unit: 'ops',
    doc: 'Multiply-adds plus bias, batch norm (2 per element), activations (1), pooling (1 per input read) and sums.',
  },
};

/** A node's operations under a convention, with their formula. */
export function operations({ macs, otherOps }: NodeCost, convention: Convention): Term {
  switch (convention) {
    case 'mac':
      return macs;
    case 'flops2':
      return multiple(2, macs);
    case 'all-ops':
      return sum(macs, otherOps);
    default:
      return unreachable(convention);
  }
}

/** A network's operations for one sample under a convention. */
export function totalOperations({ macs, otherOps }: Totals, convention: Convention): number {
  switch (convention) {
    case 'mac':
      return macs;
    case 'flops2':
      return 2 * macs;
    case 'all-ops':
      return macs + otherOps;
    default:
      return unreachable(convention);
  }
}

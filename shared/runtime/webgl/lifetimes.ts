import { mapView, type PlanGraph, type PlanOp, type ValueId } from '../plan/graph.ts';

/** Until when the values of a plan are needed, and which of them lie in one texture. */
export class Lifetimes {
  private readonly graph: PlanGraph;
  /** Values whose texture another value shares: a reshape that moves nothing. */
  private readonly roots = new Map<ValueId, ValueId>();
  private readonly lastUse = new Map<ValueId, number>();

  /** `kept` are needed to the end; `hostInputs` are what is read where an island's output comes in. */
  constructor(graph: PlanGraph, kept: Iterable<ValueId>, hostInputs: (feed: string) => readonly ValueId[]) {
    this.graph = graph;
    for (const op of graph.ops) {
      if (op.kind === 'reshape' && this.movesNothing(op)) this.roots.set(op.output, op.inputs[0]!);
    }
    for (const [at, op] of graph.ops.entries()) {
      this.use(op.output, at);
      for (const input of op.inputs) this.use(input, at);
      if (op.kind === 'input') for (const input of hostInputs(op.feed)) this.use(input, at);
    }
    for (const value of kept) this.use(value, Number.POSITIVE_INFINITY);
  }

  /** Whether a value lies where its input lies. */
  sharesTexture(value: ValueId): boolean {
    return this.roots.has(value);
  }

  /** What is not needed any more after the operation at `at`. */
  lastUsedAt(at: number): readonly ValueId[] {
    return [...this.lastUse].flatMap(([value, last]) => (last === at ? [value] : []));
  }

  private use(value: ValueId, at: number): void {
    const root = this.rootOf(value);
    this.lastUse.set(root, Math.max(this.lastUse.get(root) ?? -1, at));
  }

  private rootOf(value: ValueId): ValueId {
    const root = this.roots.get(value);
    return root === undefined ? value : this.rootOf(root);
  }

  /** Whether a reshape leaves every element where it is: the same map, or axes of 1 added or removed. */
  private movesNothing(op: PlanOp): boolean {
    const from = mapView(this.graph.values[op.inputs[0]!]!);
    const to = mapView(this.graph.values[op.output]!);
    return (
      from.batch === to.batch &&
      from.channels === to.channels &&
      from.height === to.height &&
      from.width === to.width
    );
  }
}

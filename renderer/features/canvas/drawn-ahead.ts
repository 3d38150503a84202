import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { type Ahead, aheadOf } from '../../state/ahead.ts';
import type { App } from '../../state/app.ts';
import { FlowModel } from './flow-model.ts';
import { Spatial } from './spatial.ts';

/** What the canvas makes of a large design. */
export interface DrawnAhead {
  readonly model: FlowModel;
  readonly spatial: Spatial;
}

const drawn = new WeakMap<Design, DrawnAhead>();
const nothing: ReadonlySet<NodeId> = new Set();

/** What was made of a design before it was shown, given once: from then on the canvas goes on with it. */
export function takeDrawn(design: Design): DrawnAhead | undefined {
  const ahead = drawn.get(design);
  drawn.delete(design);
  return ahead;
}

const draw: Ahead = function* ({ design, analysis, direction }) {
  const model = new FlowModel();
  const placed = yield* model.making(design, analysis, nothing, direction);
  const ways = [...(yield* model.leading(design.wires)).values()];
  yield;
  const nodes = new Spatial(placed, []);
  yield;
  drawn.set(design, { model, spatial: new Spatial(placed, ways, nodes) });
};

/** Large designs are made ready for the canvas while they are opened. */
export const drawAhead = (app: App): void =>
  aheadOf(app).setState(({ works }) => ({ works: [...works, draw] }));

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

/** What was made of a design before it was shown. */
export const drawnAhead = (design: Design): DrawnAhead | undefined => drawn.get(design);

/** The canvas goes on with it from now on, alone; what was begun of a canvas and given up before it was seen does not count. */
export const takeDrawn = (design: Design): void => void drawn.delete(design);

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

import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';

type Axis = 'x' | 'y';

function chosen(app: App): readonly (readonly [NodeId, Point])[] {
  const { layout } = designOf(app.getState());
  return app.getState().selection.flatMap((id) => {
    const at = layout[id];
    return at ? [[id, at] as const] : [];
  });
}

function move(app: App, label: string, places: readonly (readonly [NodeId, Point])[]): void {
  app.getState().edit(label, moveNodes(Object.fromEntries(places)));
}

/** Gives the selected nodes the same coordinate: that of the first in reading order. */
export function align(app: App, axis: Axis): void {
  const places = chosen(app);
  const least = places.reduce((value, [, at]) => Math.min(value, at[axis]), Number.POSITIVE_INFINITY);
  move(
    app,
    t('Align'),
    places.map(([id, at]) => [id, { ...at, [axis]: least }]),
  );
}

/** Spaces the selected nodes evenly between the outermost two. */
export function distribute(app: App, axis: Axis): void {
  const places = [...chosen(app)].sort(([, a], [, b]) => a[axis] - b[axis]);
  const first = places[0]?.[1][axis] ?? 0;
  const last = places.at(-1)?.[1][axis] ?? 0;
  const step = (last - first) / Math.max(1, places.length - 1);
  move(
    app,
    t('Distribute'),
    places.map(([id, at], i) => [id, { ...at, [axis]: Math.round(first + i * step) }]),
  );
}

import type { Vector3 } from 'three';
import { mapExtent } from '../../../shared/analysis/field.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { useTheApp } from '../../state/use-app.ts';
import { unitAt } from './field-shape.ts';
import { performKey } from './scene-keys.ts';
import { blocksOf, designNodesOf, type SceneModel } from './scene-model.ts';
import { sceneOf, useScene } from './scene-store.ts';

/** Whether a unit of the volume can be asked what it sees. */
export const hasField = (volume: SpaceVolume): boolean => volume.node.output?.length === 4 && !volume.flat;

interface Blocks {
  readonly open: readonly string[];
  readonly close: readonly string[];
}

export interface Picking {
  /** What opening and closing the chosen volume would open and close. */
  readonly blocks: Blocks;
  /** A click: chooses a volume, and the unit under the pointer while fields are shown. */
  readonly pick: (volume: SpaceVolume, at: Vector3, add: boolean) => void;
  /** Shows what a unit sees: that at a place, or the middle one. */
  readonly pickUnit: (volume: SpaceVolume, at?: Vector3) => void;
  readonly fly: (volume: SpaceVolume) => void;
  /** Whether a key was one of the view's. */
  readonly perform: (key: string) => boolean;
}

/** What pointer and keys do to the volumes of the view. */
export function usePicking(
  { outline, space }: SceneModel,
  chosen: SpaceVolume | undefined,
  onFocus: (id: string) => void,
): Picking {
  const app = useTheApp();
  const unit = useScene((state) => state.unit);
  const scene = sceneOf(app);

  const pickUnit = (volume: SpaceVolume, at?: Vector3): void => {
    if (!hasField(volume)) return;
    const [height, width] = mapExtent(volume.node.output!);
    const [row, column] = at ? unitAt(volume, at) : [height >> 1, width >> 1];
    scene.getState().set({ unit: { id: volume.id, row, column } });
  };
  const pick = (volume: SpaceVolume, at: Vector3, add: boolean): void => {
    if (unit) pickUnit(volume, at);
    onFocus(volume.id);
    const ids = designNodesOf(volume.node);
    const { select, selection: before } = app.getState();
    select(add ? [...new Set([...before, ...ids])] : ids);
    if (ids[0] !== undefined) app.viewport.reveal(ids[0]);
  };
  const choose = (volume: SpaceVolume): void => {
    onFocus(volume.id);
    const ids = designNodesOf(volume.node);
    app.getState().select(ids);
    if (ids[0] !== undefined) app.viewport.reveal(ids[0]);
  };
  const blocks = chosen ? blocksOf(chosen.node, outline) : { open: [], close: [] };
  return {
    blocks,
    pick,
    pickUnit,
    fly: (volume) => scene.getState().flyTo([volume.id]),
    perform: (key) => performKey(app, key, { space, chosen, unit, blocks, choose, pickUnit }),
  };
}

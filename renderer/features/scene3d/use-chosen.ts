import { useCallback, useMemo } from 'react';
import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { useApp } from '../../state/use-app.ts';
import { designNodesOf } from './scene-model.ts';

const HOVERED = 0.3;

/**
 * The one volume that is chosen: what is selected on the canvas, and of an opened block what was clicked last here
 * (`focus`). `markOf` says how strongly a volume is set off.
 */
export function useChosen(
  space: Space,
  byId: ReadonlyMap<string, SpaceVolume>,
  focus: string | undefined,
  hovered: SpaceVolume | undefined,
): { readonly chosen: SpaceVolume | undefined; readonly markOf: (volume: SpaceVolume) => number } {
  const selection = useApp((state) => state.selection);
  const selected = useMemo(() => new Set(selection), [selection]);
  const isSelected = useCallback(
    (volume: SpaceVolume) => designNodesOf(volume.node).some((id) => selected.has(id)),
    [selected],
  );
  const focused = focus === undefined ? undefined : byId.get(focus);
  const within = focused !== undefined && selection.length === 1 && isSelected(focused);
  const chosen = useMemo(
    () => (within ? focused : selection.length === 1 ? space.volumes.find(isSelected) : undefined),
    [within, focused, selection, space, isSelected],
  );
  const markOf = useCallback(
    (volume: SpaceVolume) => {
      if (volume === chosen || (!within && isSelected(volume))) return 1;
      return volume === hovered ? HOVERED : 0;
    },
    [chosen, within, isSelected, hovered],
  );
  return { chosen, markOf };
}

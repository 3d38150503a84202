import { useEffect, useRef, useState } from 'react';
import type { Point3, Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { Tile } from './boxes.tsx';
import type { View } from './camera-rig.tsx';
import { fanPlaces } from './fan-shape.ts';
import { cornersOf, outlinePoints } from './framing.ts';
import { sceneOf, useScene } from './scene-store.ts';

/** Where the camera looks: at all of another network, where it was sent, and at the same place of a changed one. */
export function useView(space: Space, fan: Fan | undefined): View {
  const app = useTheApp();
  const { detail, scale, flight } = useScene((state) => state);
  const opened = useApp((state) => state.opened);
  const [view, setView] = useState<View>({ points: [], whole: true, turn: 0 });
  const spaceNow = useRef(space);
  spaceNow.current = space;
  const fanNow = useRef(fan);
  fanNow.current = fan;
  const openedBefore = useRef(opened);
  useEffect(() => {
    if (openedBefore.current !== opened) sceneOf(app).getState().forget();
    openedBefore.current = opened;
  }, [app, opened]);
  useEffect(() => {
    const wanted = new Set(flight.nodes);
    const isWanted = (id: string): boolean => wanted.has(id) || wanted.has(id.split('/')[0] ?? id);
    const near = spaceNow.current.volumes.filter(({ node }) => [node.id, ...node.members].some(isWanted));
    setView(({ turn }) => ({
      points:
        near.length > 0
          ? [...near.flatMap(cornersOf), ...fanPoints(near, fanNow.current)]
          : outlinePoints(spaceNow.current),
      whole: near.length === 0,
      turn: turn + 1,
    }));
  }, [flight]);
  const drawnAs = `${detail} ${scale}`;
  const drawnBefore = useRef(drawnAs);
  useEffect(() => {
    if (drawnBefore.current === drawnAs) return;
    drawnBefore.current = drawnAs;
    setView(({ turn }) => ({ points: outlinePoints(spaceNow.current), whole: true, turn: turn + 1 }));
  }, [drawnAs]);
  // A changed network is framed anew only while all of it is looked at.
  useEffect(() => {
    setView((before) => (before.whole ? { ...before, points: outlinePoints(space) } : before));
  }, [space]);
  return view;
}

/** The chosen volume with its channels fanned out over it. */
export interface Fan {
  readonly volume: SpaceVolume;
  readonly slices: readonly Tile[];
}

function fanPoints(near: readonly SpaceVolume[], fan: Fan | undefined): readonly Point3[] {
  if (!fan || !near.includes(fan.volume)) return [];
  return fanPlaces(fan.volume, fan.slices.length, 1).flatMap(({ at: [x, y, z], high, wide }): Point3[] => [
    [x, y + high / 2, z - wide / 2],
    [x, y + high / 2, z + wide / 2],
  ]);
}

import { useEffect, useState } from 'react';
import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import { nodeAtlases, textureAtlas, useMaps } from '../../state/run/maps-store.ts';
import { useTheApp } from '../../state/use-app.ts';
import { type SceneMaps, sceneMaps } from './map-atlas.ts';

/** Beyond this, a texture holds too little of each. */
const MOST_NODES = 160;
/** Tiles of one node are smaller where many nodes share the texture. */
const tileFor = (nodes: number): number => (nodes > 80 ? 20 : nodes > 40 ? 28 : 40);
const MOST_SLICES = 36;

/** The node whose output a volume is. */
export const mapKeyOf = ({ node }: SpaceVolume): string => node.members.at(-1) ?? node.id;

export type MapsStatus = 'none' | 'reading' | 'there' | 'failed';

/** What every shown node gave in the last run, as one texture; read anew after each run, and when other nodes are shown. */
export function useSceneMaps(
  space: Space,
  wanted: boolean,
): { readonly maps: SceneMaps | undefined; readonly status: MapsStatus } {
  const app = useTheApp();
  const run = useMaps((state) => state.run);
  const [maps, setMaps] = useState<SceneMaps>();
  const [status, setStatus] = useState<MapsStatus>('none');
  const nodes = space.volumes
    .filter(({ flat, node }) => !flat && node.output?.length === 4)
    .slice(0, MOST_NODES)
    .map(mapKeyOf);
  const key = nodes.join(' ');
  useEffect(() => {
    if (!run || !wanted || key === '') {
      setMaps(undefined);
      setStatus('none');
      return undefined;
    }
    const abort = new AbortController();
    setStatus('reading');
    const ids = key.split(' ');
    const options = { ...textureAtlas, maxTile: tileFor(ids.length), maxChannels: MOST_SLICES };
    nodeAtlases(app, ids, options, abort.signal).then(
      (atlases) => {
        if (abort.signal.aborted) return;
        setMaps(sceneMaps(atlases));
        setStatus('there');
      },
      (error: unknown) => {
        if (abort.signal.aborted || error instanceof RunCancelled) return;
        setMaps(undefined);
        setStatus('failed');
      },
    );
    return () => abort.abort();
  }, [app, run, wanted, key]);
  useEffect(() => () => maps?.texture.dispose(), [maps]);
  return { maps, status };
}

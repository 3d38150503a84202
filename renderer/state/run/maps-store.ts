import { createStore } from 'zustand/vanilla';
import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import type { AtlasOptions, MapAtlas } from '../../../shared/runtime/maps/atlas.ts';
import type { Look } from '../../../shared/runtime/maps/look.ts';
import { layerOfNode } from '../../../shared/runtime/maps/resolve.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import type { App } from '../app.ts';
import { documentOf } from '../app-state.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { type Outcome, problemFrom } from './outcome.ts';
import { runOf } from './run-store.ts';
import { remoteSession } from './runner.ts';

/** The run that maps are of: its network stays ready in the worker until the next run. */
export interface MapsRun {
  /** Counts runs; what was read of one with another number is out of date. */
  readonly number: number;
  readonly design: Design;
  readonly network: FlatNetwork;
  readonly outcome: Outcome;
}

/** What is known of one layer's map. */
export type LookStatus =
  | { readonly kind: 'reading'; readonly layer: string; readonly before: Look | undefined }
  | { readonly kind: 'seen'; readonly layer: string; readonly look: Look }
  | { readonly kind: 'failed'; readonly layer: string; readonly problem: Problem };

export interface MapsState {
  /** Undefined until a run came to its end, and while another one is under way. */
  readonly run: MapsRun | undefined;
  readonly status: LookStatus | undefined;
  /** Which picture of the batch is looked at. */
  readonly place: number;
  /** Reads what this layer gave in the last run, unless it is there. */
  look(layer: string, place?: number): Promise<void>;
}

/** Looks that are kept, most recent last, so that going back and forth reads nothing again. */
const MOST_LOOKS = 8;
export const mapsOf = defineSlice<MapsState>((app) => {
  const looks = new Map<string, Look>();
  let reading: AbortController | undefined;
  /** The design as it was when the run began: it may change while it lasts. */
  let begun: { readonly design: Design; readonly network: FlatNetwork } | undefined;
  let runs = 0;
  const slice = createStore<MapsState>()((set, get) => ({
    run: undefined,
    status: undefined,
    place: 0,

    async look(layer, place = get().place) {
      const { run, status } = get();
      if (!run) return;
      const key = `${run.number}/${place}/${layer}`;
      reading?.abort();
      const known = looks.get(key);
      if (known) {
        set({ place, status: { kind: 'seen', layer, look: known } });
        return;
      }
      const own = new AbortController();
      reading = own;
      set({
        place,
        status: { kind: 'reading', layer, before: status?.kind === 'seen' ? status.look : undefined },
      });
      try {
        const look = await remoteSession().look(run.outcome.feeds, layer, place, { signal: own.signal });
        if (reading !== own) return;
        keep(looks, key, look);
        set({ status: { kind: 'seen', layer, look } });
      } catch (error) {
        if (reading !== own || error instanceof RunCancelled) return;
        set({ status: { kind: 'failed', layer, problem: problemFrom(error) } });
      }
    },
  }));
  runOf(app).subscribe(({ status }, before) => {
    if (status === before.status) return;
    if (status.kind === 'running') {
      if (before.status.kind === 'running') return;
      reading?.abort();
      const flat = flatten(app.getState().whole.analysis);
      begun = flat.ok ? { design: documentOf(app.getState()), network: flat.value } : undefined;
      slice.setState({ run: undefined });
    } else if (status.kind === 'done' && begun) {
      looks.clear();
      const run = { number: ++runs, ...begun, outcome: status.outcome };
      slice.setState({ run, status: undefined, place: 0 });
    } else if (status.kind === 'idle') {
      looks.clear();
      slice.setState({ run: undefined, status: undefined, place: 0 });
    }
  });
  return slice;
});

export const useMaps = <Part>(select: (state: MapsState) => Part): Part => useSlice(mapsOf, select);

function keep(looks: Map<string, Look>, key: string, look: Look): void {
  looks.set(key, look);
  for (const oldest of looks.keys()) {
    if (looks.size <= MOST_LOOKS) return;
    looks.delete(oldest);
  }
}

/** How the 3D view takes maps: small tiles, each channel with its own range. */
export const textureAtlas: AtlasOptions = {
  colouring: 'viridis',
  range: 'channel',
  maxTile: 64,
  maxChannels: 64,
};

/**
 * Pictures, ready to be textures, of what nodes gave in the last run, by node id: for a block that of its output. Nodes
 * that the run did not have are left out; without a run there are none. One run serves many nodes: ask for all at once.
 * Ask again when `useMaps(({ run }) => run)` changes. Rejects with a RunError, or a RunCancelled when told to stop.
 */
export async function nodeAtlases(
  app: App,
  nodes: readonly NodeId[],
  options: AtlasOptions = textureAtlas,
  signal?: AbortSignal,
): Promise<ReadonlyMap<NodeId, MapAtlas>> {
  const { run } = mapsOf(app).getState();
  const atlases = new Map<NodeId, MapAtlas>();
  if (!run) return atlases;
  const layers = new Map(nodes.map((node) => [node, layerOfNode(run.network, node)]));
  const wanted = [...new Set([...layers.values()].filter((layer) => layer !== undefined))];
  if (wanted.length === 0) return atlases;
  const watch = signal ? { signal } : {};
  const painted = await remoteSession().atlases(run.outcome.feeds, wanted, options, watch);
  for (const [node, layer] of layers) {
    const atlas = layer === undefined ? undefined : painted[layer];
    if (atlas) atlases.set(node, atlas);
  }
  return atlases;
}

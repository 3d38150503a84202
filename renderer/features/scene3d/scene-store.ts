import { createStore } from 'zustand/vanilla';
import type { Detail } from '../../../shared/formats/pictures/outline.ts';
import type { Scale } from '../../../shared/formats/pictures/volumes.ts';
import { defineSlice, useSlice } from '../../state/slice.ts';

/** A unit of a map, whose receptive field is shown. */
export interface Unit {
  /** Of a node of the outline, as `layer1.0/conv1`. */
  readonly id: string;
  readonly row: number;
  readonly column: number;
}

/** Where the camera was sent last; `nodes` undefined means the whole network. */
export interface Flight {
  readonly nodes: readonly string[] | undefined;
  readonly turn: number;
}

interface SceneState {
  readonly detail: Detail;
  readonly scale: Scale;
  /** Blocks that are the other way than the detail says: opened, or closed where all are open. */
  readonly toggled: ReadonlySet<string>;
  readonly unit: Unit | undefined;
  /** Draw calls, triangles and time per frame are shown. */
  readonly stats: boolean;
  /** What a run gave is shown on the volumes. */
  readonly maps: boolean;
  readonly flight: Flight;
  set(change: Partial<Pick<SceneState, 'detail' | 'scale' | 'unit' | 'stats' | 'maps'>>): void;
  /** Opens closed blocks and closes open ones. */
  toggle(blockIds: readonly string[]): void;
  flyTo(nodes: readonly string[] | undefined): void;
  /** For another document. */
  forget(): void;
}

/** How the 3D view is looked at; kept while other panels are. */
export const sceneOf = defineSlice<SceneState>(() =>
  createStore<SceneState>()((set) => ({
    detail: 'blocks',
    scale: 'log',
    toggled: new Set(),
    unit: undefined,
    stats: false,
    maps: true,
    flight: { nodes: undefined, turn: 0 },
    set: (change) => set('detail' in change ? { ...change, toggled: new Set() } : change),
    toggle: (blockIds) =>
      set(({ toggled }) => {
        const next = new Set(toggled);
        for (const id of blockIds) if (!next.delete(id)) next.add(id);
        return { toggled: next };
      }),
    flyTo: (nodes) => set(({ flight }) => ({ flight: { nodes, turn: flight.turn + 1 } })),
    forget: () =>
      set(({ flight }) => ({
        toggled: new Set(),
        unit: undefined,
        flight: { nodes: undefined, turn: flight.turn + 1 },
      })),
  })),
);

export const useScene = <Part>(select: (state: SceneState) => Part): Part => useSlice(sceneOf, select);

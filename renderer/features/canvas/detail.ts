import { useStore, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { readFrom } from '../../layout/geometry.ts';

/** What is shown of a node, from far away to near by: its family, its name, its kind and cost, all. */
export type Detail = 'family' | 'name' | 'cost' | 'all';
/** How near one has to be for wires to have labels. */
export type LabelledDetail = Extract<Detail, 'cost' | 'all'>;

export function detailAt(zoom: number): Detail {
  if (zoom >= readFrom.all) return 'all';
  if (zoom >= readFrom.cost) return 'cost';
  return zoom >= readFrom.name ? 'name' : 'family';
}

export const useDetail = (): Detail => useStore(({ transform }) => detailAt(transform[2]));

/** Tells the style sheets what is shown, without drawing a node anew. */
export function useDetailOn(pane: RefObject<HTMLElement | null>): void {
  const store = useStoreApi();
  useEffect(() => {
    const tell = ({ transform } = store.getState()): void => {
      const detail = detailAt(transform[2]);
      if (pane.current && pane.current.dataset.detail !== detail) pane.current.dataset.detail = detail;
    };
    tell();
    const stop = store.subscribe(tell);
    return () => stop();
  }, [store, pane]);
}

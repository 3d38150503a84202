import { useCallback, useMemo, useState } from 'react';
import { isVector } from '../../../shared/runtime/maps/feature-map.ts';
import type { Look } from '../../../shared/runtime/maps/look.ts';
import { deadChannels } from '../../../shared/runtime/maps/statistics.ts';
import { useT } from '../../i18n/i18n.ts';
import { BarsView } from './bars-view.tsx';
import type { GridHit } from './grid-layout.ts';
import { MapSide, type Readout } from './map-side.tsx';
import { useMapsView } from './maps-view.ts';
import { mapSheet } from './sheet.ts';
import { SheetView } from './sheet-view.tsx';

/** One layer's channels with their numbers. */
export function MapBody({ layer, look }: { readonly layer: string; readonly look: Look }) {
  const t = useT();
  const { map, statistics } = look;
  const { colouring, range, zoom, onlyDead, set } = useMapsView((state) => state);
  const [hover, setHover] = useState<GridHit>();
  const [selected, setSelected] = useState<number>();
  const dead = useMemo(() => deadChannels(statistics), [statistics]);
  const names = onlyDead && dead.length > 0 ? dead : undefined;
  const sheet = useMemo(
    () => mapSheet(map, statistics, { colouring, range }, names),
    [map, statistics, colouring, range, names],
  );
  const onZoom = useCallback((to: number) => set({ zoom: to }), [set]);
  const hit =
    hover ??
    (selected === undefined || selected >= sheet.cells ? undefined : { cell: selected, at: undefined });
  const label = t('{{count}} channels of {{layer}}', { count: map.channels, layer });
  const vector = isVector(map);
  const cell = hit?.cell;
  const readout: Readout | undefined =
    hit && cell !== undefined && cell < sheet.cells
      ? {
          name: t('channel {{index}}', { index: sheet.name(cell) }),
          at: vector ? undefined : hit.at,
          values: hit.at ? sheet.valuesAt(cell, hit.at.x, hit.at.y) : [],
          range: sheet.rangeOf(cell),
          channel: statistics.channels[names?.[cell] ?? cell],
        }
      : undefined;
  const shared = { label, selected, onSelect: setSelected, onHover: setHover };
  return (
    <div className="maps-body">
      {vector ? (
        <BarsView
          {...shared}
          values={map.data}
          min={statistics.min}
          max={statistics.max}
          colouring={colouring}
        />
      ) : (
        <SheetView {...shared} sheet={sheet} zoom={zoom} onZoom={onZoom} />
      )}
      <MapSide
        statistics={statistics}
        readout={readout}
        colouring={colouring}
        dead={dead}
        onlyDead={onlyDead}
        onOnlyDead={(only) => {
          setSelected(undefined);
          set({ onlyDead: only });
        }}
      />
    </div>
  );
}

import { useCallback, useEffect, useMemo, useState } from 'react';
import type { FlatStep } from '../../../shared/analysis/flatten.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import {
  allKernels,
  filterMap,
  type KernelTiles,
  kernelTilesOf,
} from '../../../shared/runtime/maps/kernels.ts';
import { statisticsOf } from '../../../shared/runtime/maps/statistics.ts';
import { ProblemCard } from '../../cards/problem-cards.tsx';
import { NumberInput } from '../../fields/number-input.tsx';
import { useT } from '../../i18n/i18n.ts';
import { problemFrom } from '../../state/run/outcome.ts';
import { remoteSession } from '../../state/run/runner.ts';
import type { GridHit } from './grid-layout.ts';
import { MapSide, type Readout } from './map-side.tsx';
import { useMapsView } from './maps-view.ts';
import { mapSheet, rgbSheet } from './sheet.ts';
import { SheetView } from './sheet-view.tsx';

type Read =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly kernels: KernelTiles }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** A convolution's filters: in colour where they see three channels, else one plane per input channel. */
export function FiltersBody({ layer }: { readonly layer: FlatStep }) {
  const t = useT();
  const [read, setRead] = useState<Read>({ kind: 'reading' });
  const { id } = layer;
  useEffect(() => {
    let current = true;
    remoteSession()
      .weight(id, 'weight')
      .then((weight) => {
        if (!current || !weight) return;
        setRead({ kind: 'read', kernels: kernelTilesOf(weight) });
      })
      .catch((error: unknown) => {
        if (current) setRead({ kind: 'failed', problem: problemFrom(error) });
      });
    return () => {
      current = false;
    };
  }, [id]);
  if (read.kind === 'reading') return <p className="empty">{t('Reading …')}</p>;
  if (read.kind === 'failed') return <ProblemCard problem={read.problem} />;
  return <Kernels layer={id} kernels={read.kernels} />;
}

function Kernels({ layer, kernels }: { readonly layer: string; readonly kernels: KernelTiles }) {
  const t = useT();
  const { colouring, range, zoom, set } = useMapsView((state) => state);
  const wanted = useMapsView((state) => state.filter);
  const [hover, setHover] = useState<GridHit>();
  const [selected, setSelected] = useState<number>();
  const inColour = kernels.channels === 3;
  const ofOne = kernels.channels === 1;
  const filter = Math.min(wanted, kernels.filters - 1);
  const whole = useMemo(() => statisticsOf(allKernels(kernels)), [kernels]);
  const sheet = useMemo(() => {
    if (inColour) return rgbSheet(kernels, whole);
    // Depthwise filters have one plane each: all of them fit one sheet.
    const map = ofOne ? allKernels(kernels) : filterMap(kernels, filter);
    const statistics = statisticsOf(map);
    const shared = { ...statistics, min: whole.min, max: whole.max };
    return { ...mapSheet(map, shared, { colouring, range }), flag: () => undefined };
  }, [kernels, whole, inColour, ofOne, filter, colouring, range]);
  const onZoom = useCallback((to: number) => set({ zoom: to }), [set]);
  const hit =
    hover ??
    (selected === undefined || selected >= sheet.cells ? undefined : { cell: selected, at: undefined });
  const { filters, channels, width, height } = kernels;
  const readout: Readout | undefined =
    hit && hit.cell < sheet.cells
      ? {
          name:
            inColour || ofOne
              ? t('filter {{index}}', { index: hit.cell })
              : t('filter {{filter}}, channel {{channel}}', { filter, channel: hit.cell }),
          at: hit.at,
          values: hit.at ? sheet.valuesAt(hit.cell, hit.at.x, hit.at.y) : [],
          range: sheet.rangeOf(hit.cell),
          channel: undefined,
        }
      : undefined;
  return (
    <div className="maps-body">
      <div className="filters-column">
        <p className="filters-line muted">
          {t('{{layer}}: {{filters}} filters of {{channels}} × {{height}} × {{width}}', {
            layer,
            filters,
            channels,
            height,
            width,
          })}
          {inColour ? ` · ${t('red, green and blue are the input channels, in one range')}` : null}
          {inColour || ofOne ? null : (
            <span className="inline">
              {t('Filter')}
              <NumberInput
                label={t('Filter')}
                min={0}
                max={filters - 1}
                whole
                value={filter}
                onChange={(next) => set({ filter: next })}
              />
            </span>
          )}
        </p>
        <SheetView
          sheet={sheet}
          label={t('Filters of {{layer}}', { layer })}
          zoom={zoom}
          onZoom={onZoom}
          selected={selected}
          onSelect={setSelected}
          onHover={setHover}
        />
      </div>
      <MapSide
        statistics={whole}
        readout={readout}
        colouring={inColour ? undefined : colouring}
        dead={[]}
        onlyDead={false}
        onOnlyDead={() => undefined}
      />
    </div>
  );
}

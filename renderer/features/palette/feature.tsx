import type { Feature } from '../../commands/feature.ts';
import { useT } from '../../i18n/i18n.ts';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { Palette } from './palette.tsx';
import { layerGroup } from './palette-finds.tsx';

function Guarded() {
  const t = useT();
  return (
    <PartBoundary title={t('Palette')}>
      <Palette />
    </PartBoundary>
  );
}

/** What can be put on the canvas. */
export const palette: Feature = {
  id: 'palette',
  views: { left: Guarded },
  finds: (app) => (app.getState().screen === 'editor' ? [layerGroup(app)] : []),
};

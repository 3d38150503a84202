import { mapExtent } from '../../../shared/analysis/field.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { useTheApp } from '../../state/use-app.ts';
import { ChosenCard, FieldCard } from './cards.tsx';
import type { FieldOf } from './scene-model.ts';
import { sceneOf, useScene } from './scene-store.ts';
import { hasField, type Picking } from './use-picking.ts';

interface Props {
  readonly chosen: SpaceVolume | undefined;
  /** The volume of the unit whose field is shown. */
  readonly unitVolume: SpaceVolume | undefined;
  readonly field: FieldOf | undefined;
  readonly picking: Picking;
}

/** The card beside the view: of what a unit sees, else of the volume that is chosen. */
export function SceneSide({ chosen, unitVolume, field, picking }: Props) {
  const app = useTheApp();
  const unit = useScene((state) => state.unit);
  const { set, toggle } = sceneOf(app).getState();
  if (unit && unitVolume)
    return (
      <FieldCard
        unit={unit}
        extent={mapExtent(unitVolume.node.output!)}
        field={field}
        onChange={(next) => set({ unit: next })}
      />
    );
  if (!chosen) return null;
  const { blocks, fly, pickUnit } = picking;
  return (
    <ChosenCard
      volume={chosen}
      canOpen={blocks.open.length > 0}
      canClose={blocks.close.length > 0}
      hasField={hasField(chosen)}
      onFly={() => fly(chosen)}
      onOpen={() => toggle(blocks.open)}
      onClose={() => toggle(blocks.close)}
      onField={() => pickUnit(chosen)}
    />
  );
}

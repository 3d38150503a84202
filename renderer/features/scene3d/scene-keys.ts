import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import type { App } from '../../state/app.ts';
import { sceneOf, type Unit } from './scene-store.ts';

interface KeyContext {
  readonly space: Space;
  readonly chosen: SpaceVolume | undefined;
  readonly unit: Unit | undefined;
  /** What opening and closing the chosen volume would open and close. */
  readonly blocks: { readonly open: readonly string[]; readonly close: readonly string[] };
  readonly choose: (volume: SpaceVolume) => void;
  readonly pickUnit: (volume: SpaceVolume) => void;
}

/** The keys of the 3D view while it has the focus; whether this was one of them. */
export function performKey(app: App, key: string, context: KeyContext): boolean {
  const { space, chosen, unit, blocks } = context;
  const { flyTo, toggle, set } = sceneOf(app).getState();
  const walk = (by: 1 | -1): void => {
    const at = chosen ? space.volumes.indexOf(chosen) : -1;
    const next = space.volumes[at < 0 ? 0 : at + by];
    if (next) context.choose(next);
  };
  switch (key) {
    case 'f':
    case 'F':
      flyTo(chosen && [chosen.id]);
      return true;
    case 'Home':
      flyTo(undefined);
      return true;
    case 'r':
    case 'R':
      if (unit) set({ unit: undefined });
      else if (chosen) context.pickUnit(chosen);
      return true;
    case 'Enter':
      toggle(blocks.open.length > 0 ? blocks.open : blocks.close);
      return true;
    case 'ArrowRight':
      walk(1);
      return true;
    case 'ArrowLeft':
      walk(-1);
      return true;
    case 'Escape':
      if (unit) set({ unit: undefined });
      else app.getState().select([]);
      return true;
    default:
      return false;
  }
}

import type { Feature, FeaturePanel } from '../commands/feature.ts';
import { panels } from '../state/view-state.ts';
import { panelCommands, windowCommands } from './window-commands.ts';

/** The tabs under the canvas, in their order. */
export function panelsOf(among: readonly Feature[]): readonly FeaturePanel[] {
  return among
    .flatMap(({ panel }) => panel ?? [])
    .sort((a, b) => panels.indexOf(a.name) - panels.indexOf(b.name));
}

/** What the window itself can do, whichever features are in it. */
export const windowOf = (among: readonly Feature[]): Feature => ({
  id: 'window',
  commands: [...panelCommands(panelsOf(among)), ...windowCommands],
});

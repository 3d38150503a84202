import type { Feature } from '../../commands/feature.ts';
import { blockCommands } from './block-commands.ts';
import { offerFolding } from './fold.ts';

/** Nodes that stand for several: made, opened, unpacked and found. */
export const blocks: Feature = {
  id: 'blocks',
  commands: blockCommands,
  start: (app) =>
    void app.subscribe((state, before) => {
      if (state.opened !== before.opened && state.foreign) offerFolding(app);
    }),
};

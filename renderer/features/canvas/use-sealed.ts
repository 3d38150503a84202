import { useEffect, useRef } from 'react';
import { tellSealed } from '../../state/blocks.ts';
import { isPlaced } from '../../state/sealed.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useScopes } from './use-nodes.ts';

/** What a block that comes with the program needs of its canvas: whether it is one that is shown. */
export function useSealed(): boolean {
  const app = useTheApp();
  const { base, pending } = useScopes();
  const refused = useApp((state) => state.refused);
  const told = useRef(refused);
  const shown = base.sealed && !isPlaced(base.design) ? base.design : undefined;
  // Its parameters may have changed it while it was looked at, and new layers have no place yet.
  useEffect(() => {
    for (const design of shown ? [shown] : pending)
      void app.arrange(design, app.getState().direction).then((layout) => {
        app.getState().place(design, layout);
        if (design === shown) app.viewport.afterDrawing(() => app.viewport.fit());
      });
  }, [app, shown, pending]);
  useEffect(() => {
    if (refused === told.current) return;
    told.current = refused;
    tellSealed(app);
  }, [app, refused]);
  return base.sealed;
}

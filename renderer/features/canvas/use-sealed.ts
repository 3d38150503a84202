import { useEffect, useRef } from 'react';
import { tellSealed } from '../../state/blocks.ts';
import { isPlaced } from '../../state/sealed.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** What a block that comes with the program needs of its canvas: whether it is one that is shown. */
export function useSealed(): boolean {
  const app = useTheApp();
  const shown = useApp((state) => (state.sealed ? state.shown : undefined));
  const refused = useApp((state) => state.refused);
  const told = useRef(refused);
  // Its parameters may have changed it while it was looked at, and new layers have no place yet.
  useEffect(() => {
    if (!shown || isPlaced(shown)) return;
    void app.arrange(shown, app.getState().direction).then((layout) => {
      if (app.getState().shown !== shown) return;
      app.getState().place(shown, layout);
      app.viewport.afterDrawing(() => app.viewport.fit());
    });
  }, [app, shown]);
  useEffect(() => {
    if (refused === told.current) return;
    told.current = refused;
    tellSealed(app);
  }, [app, refused]);
  return shown !== undefined;
}

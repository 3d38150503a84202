import { useEffect } from 'react';
import type { Feature } from '../../commands/feature.ts';
import { useT } from '../../i18n/i18n.ts';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { Later } from '../../state/later.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { pathOf } from '../../state/view.ts';
import { arrangeCommands } from './arrange-commands.ts';
import { BlockBar } from './block-bar.tsx';
import { Canvas } from './canvas.tsx';
import { listenToClipboard } from './clipboard.ts';
import { drawAhead } from './drawn-ahead.ts';
import { editCommands } from './edit-commands.ts';
import { followPointer } from './pointer.ts';
import { viewCommands } from './view-commands.ts';

/** Another document, or the inside of another block, gets a fresh canvas. */
function FreshCanvas() {
  const app = useTheApp();
  useEffect(() => {
    const stops = [listenToClipboard(app), followPointer(app)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [app]);
  const opened = useApp((state) => state.opened);
  const canvasOf = useApp(({ trail, base }) => pathOf(trail.slice(0, base)));
  const t = useT();
  const key = `${opened}/${canvasOf}`;
  return (
    <PartBoundary title={t('Canvas')} shows={key}>
      <Later key={key}>
        <Canvas />
      </Later>
    </PartBoundary>
  );
}

/** The drawing: nodes and wires, to be added, joined, moved and looked at. */
export const canvas: Feature = {
  id: 'canvas',
  commands: [...editCommands, ...viewCommands, ...arrangeCommands],
  start: drawAhead,
  views: { above: BlockBar, canvas: FreshCanvas },
};

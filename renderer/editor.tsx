import { Group, Panel, Separator } from 'react-resizable-panels';
import { BlockBar } from './canvas/block-bar.tsx';
import { Canvas } from './canvas/canvas.tsx';
import { useT } from './i18n/i18n.ts';
import { Inspector } from './inspector/inspector.tsx';
import { Palette } from './palette/palette.tsx';
import { Panels } from './panels/panels.tsx';
import { PartBoundary } from './parts/part-boundary.tsx';
import { useApp } from './store/app.ts';
import { StatusBar } from './toolbar/status-bar.tsx';
import { Toolbar } from './toolbar/toolbar.tsx';

/** In a small window the panes at the sides begin narrower: the drawing and its tables need the room more. */
const small = window.innerWidth < 1150;

/** The window while a design is open. */
export function Editor() {
  const t = useT();
  const opened = useApp((state) => state.opened);
  const trail = useApp((state) => state.trail);
  const selection = useApp((state) => state.selection.join());
  const canvas = `${opened}/${trail.join('/')}`;
  return (
    <>
      <Toolbar />
      <Group className="panes" orientation="horizontal">
        <Panel
          id="palette"
          defaultSize={small ? '184px' : '200px'}
          minSize="150px"
          maxSize="340px"
          groupResizeBehavior="preserve-pixel-size"
        >
          <PartBoundary title={t('Palette')}>
            <Palette />
          </PartBoundary>
        </Panel>
        <Separator className="gutter" />
        <Panel id="middle" minSize="320px" className="middle">
          <Group orientation="vertical">
            <Panel id="canvas" minSize="160px" className="canvas-pane">
              <div className="canvas-column">
                <BlockBar />
                <PartBoundary title={t('Canvas')} shows={canvas}>
                  <Canvas key={canvas} />
                </PartBoundary>
              </div>
            </Panel>
            <Separator className="gutter is-flat" />
            <Panel id="panels" defaultSize="250px" minSize="34px" groupResizeBehavior="preserve-pixel-size">
              <Panels />
            </Panel>
          </Group>
        </Panel>
        <Separator className="gutter" />
        <Panel
          id="inspector"
          defaultSize={small ? '256px' : '292px'}
          minSize="240px"
          maxSize="480px"
          groupResizeBehavior="preserve-pixel-size"
        >
          <PartBoundary title={t('Inspector')} shows={`${canvas}/${selection}`}>
            <Inspector />
          </PartBoundary>
        </Panel>
      </Group>
      <StatusBar />
    </>
  );
}

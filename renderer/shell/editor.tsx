import { Group, Panel, Separator } from 'react-resizable-panels';
import { Main } from '../parts/landmark.tsx';
import { useNarrow } from '../parts/narrow.ts';
import { Drawer } from './drawer.tsx';
import { Panels } from './panels.tsx';
import { StatusBar } from './status-bar.tsx';
import { Toolbar } from './toolbar.tsx';
import { ViewsAt } from './use-features.tsx';

/** Windows that are so low that the panels begin with a few lines. */
const isLow = (): boolean => window.innerHeight < 560;

/** In a small window the panes at the sides begin narrower: the drawing and its tables need the room more. */
const isSmall = (): boolean => window.innerWidth < 1150;

/** The window while a design is open. */
export function Editor() {
  const narrow = useNarrow();
  return (
    <>
      <Main className="editor">
        <Toolbar />
        {narrow ? (
          <Drawer side="left">
            <ViewsAt place="left" />
          </Drawer>
        ) : null}
        <Group className="panes" orientation="horizontal">
          {narrow ? null : (
            <>
              <Panel
                id="palette"
                defaultSize={isSmall() ? '184px' : '200px'}
                minSize="150px"
                maxSize="340px"
                groupResizeBehavior="preserve-pixel-size"
              >
                <ViewsAt place="left" />
              </Panel>
              <Separator className="gutter" />
            </>
          )}
          <Panel id="middle" minSize="320px" className="middle">
            <Group orientation="vertical">
              <Panel id="canvas" minSize="160px" className="canvas-pane">
                <div className="canvas-column">
                  <ViewsAt place="above" />
                  <ViewsAt place="canvas" />
                </div>
              </Panel>
              <Separator className="gutter is-flat" />
              <Panel
                id="panels"
                defaultSize={isLow() ? '120px' : '250px'}
                minSize="34px"
                groupResizeBehavior="preserve-pixel-size"
              >
                <Panels />
              </Panel>
            </Group>
          </Panel>
          {narrow ? null : (
            <>
              <Separator className="gutter" />
              <Panel
                id="inspector"
                defaultSize={isSmall() ? '256px' : '292px'}
                minSize="240px"
                maxSize="480px"
                groupResizeBehavior="preserve-pixel-size"
              >
                <ViewsAt place="right" />
              </Panel>
            </>
          )}
        </Group>
        {narrow ? (
          <Drawer side="right">
            <ViewsAt place="right" />
          </Drawer>
        ) : null}
      </Main>
      <StatusBar />
    </>
  );
}

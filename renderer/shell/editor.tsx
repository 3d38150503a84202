import { Group, Panel, Separator } from 'react-resizable-panels';
import { Main } from '../parts/landmark.tsx';
import { Panels } from './panels.tsx';
import { StatusBar } from './status-bar.tsx';
import { Toolbar } from './toolbar.tsx';
import { ViewsAt } from './use-features.tsx';

/** In a small window the panes at the sides begin narrower: the drawing and its tables need the room more. */
const isSmall = (): boolean => window.innerWidth < 1150;

/** The window while a design is open. */
export function Editor() {
  return (
    <>
      <Main className="editor">
        <Toolbar />
        <Group className="panes" orientation="horizontal">
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
          <Panel id="middle" minSize="320px" className="middle">
            <Group orientation="vertical">
              <Panel id="canvas" minSize="160px" className="canvas-pane">
                <div className="canvas-column">
                  <ViewsAt place="above" />
                  <ViewsAt place="canvas" />
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
            defaultSize={isSmall() ? '256px' : '292px'}
            minSize="240px"
            maxSize="480px"
            groupResizeBehavior="preserve-pixel-size"
          >
            <ViewsAt place="right" />
          </Panel>
        </Group>
      </Main>
      <StatusBar />
    </>
  );
}

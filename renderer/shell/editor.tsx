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

type Side = 'left' | 'right';

/** Widths in pixels: at first, in small windows and others, and within what they are drawn. */
const panes = {
  left: { id: 'palette', small: 184, usual: 200, least: 150, most: 340 },
  right: { id: 'inspector', small: 256, usual: 292, least: 240, most: 480 },
} as const satisfies Readonly<Record<Side, object>>;

function SidePanel({ side }: { readonly side: Side }) {
  const { id, small, usual, least, most } = panes[side];
  return (
    <Panel
      id={id}
      defaultSize={`${isSmall() ? small : usual}px`}
      minSize={`${least}px`}
      maxSize={`${most}px`}
      groupResizeBehavior="preserve-pixel-size"
    >
      <ViewsAt place={side} />
    </Panel>
  );
}

function SideDrawer({ side }: { readonly side: Side }) {
  return (
    <Drawer side={side}>
      <ViewsAt place={side} />
    </Drawer>
  );
}

/** The window while a design is open. */
export function Editor() {
  const narrow = useNarrow();
  return (
    <>
      <Main className="editor">
        <Toolbar />
        {narrow ? <SideDrawer side="left" /> : null}
        <Group className="panes" orientation="horizontal">
          {narrow ? null : (
            <>
              <SidePanel side="left" />
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
              <SidePanel side="right" />
            </>
          )}
        </Group>
        {narrow ? <SideDrawer side="right" /> : null}
      </Main>
      <StatusBar />
    </>
  );
}

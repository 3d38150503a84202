import type { Point } from '../../../shared/graph/design.ts';
import type { App } from '../../state/app.ts';
import { pasteText } from './clipboard.ts';
import { focusAt } from './flow-viewport.ts';

const CHANNEL = 'netwright-drag';
/** Windows that are there answer at once; a closed one never does. */
const ANSWER_MS = 150;

/** What windows tell each other about something that was let go of outside of the one it was dragged in. */
type Told =
  /** Whose is this place of the screen? */
  | { readonly kind: 'whose'; readonly drag: string; readonly at: Point }
  | { readonly kind: 'mine'; readonly drag: string; readonly window: string; readonly focusedAt: number }
  | {
      readonly kind: 'take';
      readonly drag: string;
      readonly window: string;
      readonly at: Point;
      readonly text: string;
    };

interface OtherWindows {
  /** Gives what was dragged to a place of the screen to the window there; false where there is none that takes it. */
  give(at: Point, text: string): Promise<boolean>;
  end(): void;
}

/** How far the page lies from the corner of its window, as the last event told, or as far as sizes tell. */
function insetOf(): Point {
  const side = (window.outerWidth - window.innerWidth) / 2;
  return { x: side, y: window.outerHeight - window.innerHeight - side };
}

/** Windows of the app, each with a design of its own, between which layers are dragged: they are copied, as by the clipboard. */
export function joinWindows(app: App, pane: HTMLElement): OtherWindows {
  const channel = new BroadcastChannel(CHANNEL);
  const own = crypto.randomUUID();
  const answers = new Map<string, { readonly window: string; readonly focusedAt: number }[]>();
  let focusedAt = document.hasFocus() ? Date.now() : 0;
  let inset = insetOf();
  const tell = (told: Told): void => channel.postMessage(told);
  const onPage = ({ x, y }: Point): Point => ({
    x: x - window.screenX - inset.x,
    y: y - window.screenY - inset.y,
  });
  const isOurs = (at: Point): boolean => {
    const { left, top, right, bottom } = pane.getBoundingClientRect();
    const { x, y } = onPage(at);
    const isSeen = document.visibilityState === 'visible' && app.getState().screen === 'editor';
    return isSeen && !app.getState().sealed && x >= left && x <= right && y >= top && y <= bottom;
  };
  channel.onmessage = ({ data }: MessageEvent<Told>): void => {
    switch (data.kind) {
      case 'whose':
        if (isOurs(data.at)) tell({ kind: 'mine', drag: data.drag, window: own, focusedAt });
        return;
      case 'mine':
        answers.get(data.drag)?.push(data);
        return;
      case 'take': {
        if (data.window !== own) return;
        const { x, y } = onPage(data.at);
        focusAt(app, x, y);
        pasteText(app, data.text, app.viewport.at(x, y));
        window.focus();
      }
    }
  };
  const focused = (): void => {
    focusedAt = Date.now();
  };
  const entered = ({ screenX, screenY, clientX, clientY }: PointerEvent): void => {
    inset = { x: screenX - clientX - window.screenX, y: screenY - clientY - window.screenY };
  };
  window.addEventListener('focus', focused);
  document.documentElement.addEventListener('pointerenter', entered);
  return {
    async give(at, text) {
      const drag = crypto.randomUUID();
      const found: { readonly window: string; readonly focusedAt: number }[] = [];
      answers.set(drag, found);
      tell({ kind: 'whose', drag, at });
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
      answers.delete(drag);
      // Of windows that lie over one another, the one that was worked in last is on top.
      const [top] = found.sort((a, b) => b.focusedAt - a.focusedAt);
      if (top) tell({ kind: 'take', drag, window: top.window, at, text });
      return top !== undefined;
    },
    end() {
      channel.close();
      window.removeEventListener('focus', focused);
      document.documentElement.removeEventListener('pointerenter', entered);
    },
  };
}

/** Whether something is let go of outside of this window. */
export const isOutside = ({ clientX, clientY }: MouseEvent): boolean =>
  clientX < 0 || clientY < 0 || clientX > window.innerWidth || clientY > window.innerHeight;

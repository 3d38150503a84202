import { PanelLeft, PanelRight } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { createStore } from 'zustand/vanilla';
import { useT } from '../i18n/i18n.ts';
import { defineSlice, useSlice } from '../state/slice.ts';
import { useTheApp } from '../state/use-app.ts';

/** What is opened from a drawer lies elsewhere in the page; its button says for itself what is to be done. */
const BESIDE =
  '[role=menu], [role=listbox], [role=dialog], [data-radix-popper-content-wrapper], [data-drawer]';

type Side = 'left' | 'right';

/** Which of the panes that stand aside lies over the canvas. */
const drawersOf = defineSlice(() =>
  createStore<{ readonly out: Side | undefined }>()(() => ({ out: undefined })),
);

/**
 * A pane that stands aside, and comes over the canvas with the focus: by its button, by F6 and by Tab. It goes when something
 * else takes the focus or the pointer; Escape gives the focus to the canvas again.
 */
export function Drawer({ side, children }: { readonly side: Side; readonly children: ReactNode }) {
  const app = useTheApp();
  const drawer = useRef<HTMLDivElement>(null);
  const out = useSlice(drawersOf, (state) => state.out === side);
  useEffect(() => {
    const element = drawer.current;
    if (!element) return undefined;
    const putBack = (): void => {
      if (drawersOf(app).getState().out === side) drawersOf(app).setState({ out: undefined });
    };
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.isComposing) app.focus.focus('canvas');
    };
    const follow = (event: Event): void => {
      if (!(event.target instanceof Element)) return;
      if (element.contains(event.target)) drawersOf(app).setState({ out: side });
      else if (!event.target.closest(BESIDE)) putBack();
    };
    element.addEventListener('keydown', press);
    window.addEventListener('focusin', follow);
    window.addEventListener('pointerdown', follow);
    return () => {
      putBack();
      element.removeEventListener('keydown', press);
      window.removeEventListener('focusin', follow);
      window.removeEventListener('pointerdown', follow);
    };
  }, [app, side]);
  return (
    <div ref={drawer} className={`drawer is-${side}${out ? ' is-out' : ''}`}>
      {children}
    </div>
  );
}

const handles = {
  left: { part: 'palette', Icon: PanelLeft, title: 'Layers' },
  right: { part: 'inspector', Icon: PanelRight, title: 'Inspector' },
} as const;

/** Pulls a drawer out; pressed again, it goes back. */
export function DrawerButton({ side }: { readonly side: Side }) {
  const app = useTheApp();
  const t = useT();
  const { part, Icon, title } = handles[side];
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t(title)}
      title={`${t(title)} (F6)`}
      data-drawer={side}
      // The focus stays where it is, or the drawer would be gone before it is asked about.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        app.focus.focus(drawersOf(app).getState().out === side ? 'canvas' : part);
      }}
    >
      <Icon size={16} />
    </button>
  );
}

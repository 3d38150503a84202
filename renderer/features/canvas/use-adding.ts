import { type RefObject, useEffect } from 'react';
import type { Addable } from '../../layout/addable.ts';
import { addAfterSelection, addNew } from '../../layout/adding.ts';
import { useSlice } from '../../state/slice.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { type Adding, addByKey, quickAddingOf } from './quick-adding.ts';

/** Half the width of the box that adds a layer. */
const HALF_BOX = 140;
/** Where a layer's centre goes from the end of the wire that was drawn to it. */
const BEHIND_WIRE = 88;

/** The box in which a layer is chosen by name: where it is open, if it is, and what comes of it. */
export function useAdding(pane: RefObject<HTMLDivElement | null>) {
  const app = useTheApp();
  const adding = useSlice(quickAddingOf, (state) => state.adding);
  const add = (next: Adding | undefined): void => quickAddingOf(app).setState({ adding: next });
  const asked = useApp((state) => state.overlay === 'add');
  useEffect(() => {
    if (!asked) return;
    app.getState().closeOverlay();
    const box = pane.current?.getBoundingClientRect();
    if (!box) return;
    const x = box.left + box.width / 2 - HALF_BOX;
    const y = box.top + box.height / 4;
    addByKey(app, x, y);
  }, [app, pane, asked]);
  const leave = (): void => add(undefined);
  const close = (): void => {
    leave();
    pane.current?.focus();
  };
  const choose = (added: Addable): void => {
    if (!adding) return;
    const { x, y } = app.viewport.at(adding.x, adding.y);
    if (adding.wire !== undefined) addNew(app, added, { at: { x, y }, wire: adding.wire });
    else if (adding.from) addNew(app, added, { at: { x: x + BEHIND_WIRE, y }, from: adding.from });
    else if (adding.afterSelection) addAfterSelection(app, added, app.viewport.middle());
    else addNew(app, added, { at: { x, y } });
    close();
  };
  return { adding, add, close, leave, choose };
}

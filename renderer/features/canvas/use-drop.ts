import { type DragEvent, useState } from 'react';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { addableOf, DRAG_TYPE } from '../../layout/addable.ts';
import { addables } from '../../layout/addables.ts';
import { addNew } from '../../layout/adding.ts';
import { useTheApp } from '../../state/use-app.ts';
import { focusAt } from './flow-viewport.ts';
import { focusOnto } from './scopes.ts';
import { wireUnder } from './wiring.ts';

/** What is dragged here from the palette, and the wire that it is held over. */
export function useDrop() {
  const app = useTheApp();
  const [target, setTarget] = useState<string>();
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setTarget(wireUnder(app, event.clientX, event.clientY));
  };
  const onDrop = (event: DragEvent): void => {
    const dragged = addableOf(event.dataTransfer.getData(DRAG_TYPE), addables(app));
    setTarget(undefined);
    if (!dragged) return;
    event.preventDefault();
    const takesWire = definitionOf(dragged.kind).inputs.length > 0;
    const wire = takesWire ? wireUnder(app, event.clientX, event.clientY) : undefined;
    if (wire === undefined) focusAt(app, event.clientX, event.clientY);
    const onto = wire === undefined ? {} : { wire: focusOnto(app, wire) };
    addNew(app, dragged, { at: app.viewport.at(event.clientX, event.clientY), ...onto });
  };
  return {
    target,
    aimAt: setTarget,
    drop: { onDragEnter: onDragOver, onDragOver, onDrop, onDragLeave: () => setTarget(undefined) },
  };
}

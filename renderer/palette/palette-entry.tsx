import { hasInside } from '../../shared/blocks/index.ts';
import type { Addable } from '../canvas/addable.ts';
import { addAfterSelection } from '../canvas/adding.ts';
import { DRAG_TYPE } from '../canvas/canvas.tsx';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { useTheApp } from '../store/use-app.ts';

/** Something to drag onto the canvas, or to click. */
export function PaletteEntry({ added }: { readonly added: Addable }) {
  const app = useTheApp();
  const { id, kind, title, summary } = added;
  return (
    <button
      type="button"
      draggable
      className={`palette-entry${hasInside(kind) ? ' is-block' : ''}`}
      title={summary}
      data-kind={id}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, id);
        event.dataTransfer.setData('text/plain', title);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => addAfterSelection(app, added, app.viewport.middle())}
    >
      <LayerIcon kind={kind} size={20} />
      <span>{title}</span>
    </button>
  );
}

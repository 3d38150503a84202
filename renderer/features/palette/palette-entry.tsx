import { hasInside } from '../../../shared/blocks/index.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { named } from '../../i18n/i18n.ts';
import { type Addable, DRAG_TYPE, nameOf } from '../../layout/addable.ts';
import { addAfterSelection } from '../../layout/adding.ts';
import { useTheApp } from '../../state/use-app.ts';

/** Something to drag onto the canvas, or to click. */
export function PaletteEntry({ added }: { readonly added: Addable }) {
  const app = useTheApp();
  const { id, kind, title, summary } = added;
  return (
    <button
      type="button"
      draggable
      className={`palette-entry${hasInside(kind) ? ' is-block' : ''}`}
      title={named(summary)}
      data-kind={id}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, id);
        event.dataTransfer.setData('text/plain', title);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => addAfterSelection(app, added, app.viewport.middle())}
    >
      <LayerIcon kind={kind} size={20} />
      <span>{nameOf(added)}</span>
    </button>
  );
}

import { GripVertical } from 'lucide-react';
import { definitionOf, isNodeKind } from '../../../shared/blocks/index.ts';
import type { AnyRule, RuleExample } from '../../../shared/lint/define.ts';
import { rules } from '../../../shared/lint/rules.ts';
import { openExample } from '../../documents/examples.ts';
import { named, useT } from '../../i18n/i18n.ts';
import { type Addable, DRAG_TYPE, exampleOf } from '../../layout/addable.ts';
import { addAfterSelection } from '../../layout/adding.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** The example of a page that has this heading, to be put on the canvas; nothing for other headings. */
export function Example({ page, heading }: { readonly page: string; readonly heading: string }) {
  const [, folder, name = ''] = /^(\w+)\/(.*)\.md$/.exec(page) ?? [];
  if (folder === 'rules') {
    const rule = Object.values<AnyRule>(rules).find(({ id }) => id === name);
    const example = rule?.examples.find(({ title }) => isCalled(title, heading));
    return rule && example ? <OpenExample rule={rule} example={example} /> : null;
  }
  if (!isNodeKind(name)) return null;
  const index = definitionOf(name).examples.findIndex(({ title }) => isCalled(title, heading));
  const added = exampleOf(name, index);
  return added ? <DragExample added={added} /> : null;
}

const isCalled = (title: string, heading: string): boolean => title === heading || named(title) === heading;

/** A layer as an example has it: dragged onto the canvas, or put behind what is selected. */
function DragExample({ added }: { readonly added: Addable }) {
  const app = useTheApp();
  const t = useT();
  const editing = useApp((state) => state.screen === 'editor');
  if (!editing) return null;
  return (
    <button
      type="button"
      draggable
      className="button is-small reference-example"
      title={t('Drag it onto the canvas, or press to put it behind what is selected')}
      data-example={added.id}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, added.id);
        event.dataTransfer.setData('text/plain', added.title);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => addAfterSelection(app, added, app.viewport.middle())}
    >
      <GripVertical size={13} aria-hidden="true" />
      {t('Add to the canvas')}
    </button>
  );
}

function OpenExample({ rule, example }: { readonly rule: AnyRule; readonly example: RuleExample }) {
  const app = useTheApp();
  const t = useT();
  return (
    <button
      type="button"
      className="button is-small reference-example"
      onClick={() => void openExample(app, rule, example)}
    >
      {t('Open this example')}
    </button>
  );
}

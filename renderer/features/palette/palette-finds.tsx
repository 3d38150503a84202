import { addAfterSelection } from '../../canvas/adding.ts';
import type { FinderGroup } from '../../commands/feature.ts';
import { t } from '../../i18n/i18n.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { LayerIcon } from '../../parts/layer-icon.tsx';
import { initials } from '../../parts/rank.ts';
import { addables } from '../../store/addables.ts';
import type { App } from '../../store/app.ts';

/** What can be put into the design: it goes after the selected layer. */
export function layerGroup(app: App): FinderGroup {
  const entries = addables(app).map((added) => {
    const { id, kind, title, group } = added;
    return {
      id: `add ${id}`,
      names: [title, kind, initials(title), t('Add {{name}}', { name: title })],
      title: t('Add {{name}}', { name: title }),
      icon: <LayerIcon kind={kind} size={17} />,
      note: <span className="muted">{kind}</span>,
      style: familyStyle(group),
      perform: () => void addAfterSelection(app, added, app.viewport.middle()),
    };
  });
  return { heading: t('Layers'), entries };
}

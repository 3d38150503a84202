import { LayerIcon } from '../../cards/layer-icon.tsx';
import type { FinderGroup } from '../../commands/feature.ts';
import { t } from '../../i18n/i18n.ts';
import { nameOf } from '../../layout/addable.ts';
import { addables } from '../../layout/addables.ts';
import { addAfterSelection } from '../../layout/adding.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { initials } from '../../parts/rank.ts';
import type { App } from '../../state/app.ts';

/** What can be put into the design: it goes after the selected layer. */
export function layerGroup(app: App): FinderGroup {
  const entries = addables(app).map((added) => {
    const { id, kind, title, group, words } = added;
    return {
      id: `add ${id}`,
      names: [
        nameOf(added),
        title,
        kind,
        initials(title),
        ...words,
        t('Add {{name}}', { name: nameOf(added) }),
      ],
      title: t('Add {{name}}', { name: nameOf(added) }),
      icon: <LayerIcon kind={kind} size={17} />,
      note: <span className="muted">{kind}</span>,
      style: familyStyle(group),
      perform: () => void addAfterSelection(app, added, app.viewport.middle()),
    };
  });
  return { heading: t('Layers'), entries };
}

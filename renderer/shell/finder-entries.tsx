import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { connect, freeInput } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { LayerIcon } from '../cards/layer-icon.tsx';
import { menuNames } from '../commands/define.ts';
import type { FinderEntry, FinderGroup } from '../commands/feature.ts';
import { commandsOf } from '../commands/menu-model.ts';
import type { Commands } from '../commands/registry.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import { t } from '../i18n/i18n.ts';
import { familyStyle } from '../parts/family-style.ts';
import { initials } from '../parts/rank.ts';
import type { App } from '../state/app.ts';
import { designOf } from '../state/app-state.ts';
import { nodeName } from '../state/names.ts';

export function commandGroup(commands: Commands): FinderGroup {
  const entries = menuNames
    .flatMap((menu) => commandsOf(commands, menu))
    .filter((command) => command.id !== 'commands' && commands.enabled(command))
    .map(({ id, title, icon: Icon, shortcut, menu }) => ({
      id: `command ${id}`,
      names: [t(title), title, menu],
      title: t(title),
      icon: <span className="menu-icon">{Icon ? <Icon size={15} /> : null}</span>,
      note: shortcut ? <kbd>{shortcutText(shortcut)}</kbd> : null,
      perform: () => void commands.run(id),
    }));
  return { heading: t('Commands'), entries };
}

function nodeEntry(nodes: Design['nodes'], id: NodeId, perform: () => void): FinderEntry {
  const { kind, params } = nodes[id]!;
  const { group } = definitionOf(kind);
  const title = nodeName({ kind, params });
  return {
    id: `node ${id}`,
    names: [id, title, initials(title)],
    title: id,
    icon: <LayerIcon kind={kind} size={17} />,
    note: <span className="muted">{title}</span>,
    style: familyStyle(group),
    perform,
  };
}

export function nodeGroup(app: App): FinderGroup {
  const { nodes } = designOf(app.getState());
  const go = (id: NodeId): void => {
    app.getState().select([id]);
    app.viewport.show([id]);
  };
  return {
    heading: t('Nodes'),
    entries: Object.keys(nodes).map((id) => nodeEntry(nodes, id, () => go(id))),
  };
}

/** Nodes with a free input that would not close a cycle. */
export function targetGroup(app: App): FinderGroup {
  const heading = t('Nodes with a free input');
  const { selection, analysis } = app.getState();
  const design = designOf(app.getState());
  const from = selection[0];
  const node = from === undefined ? undefined : design.nodes[from];
  const port = node && definitionOf(node.kind).outputs(node.params)[0]?.name;
  if (from === undefined || port === undefined) return { heading, entries: [] };
  const before = reachable(analysis.topology, [from], 'before');
  const entries = Object.keys(design.nodes).flatMap((id) => {
    const input = id === from || before.has(id) ? undefined : freeInput(design, id);
    if (input === undefined) return [];
    const join = (): void => {
      const label = t('Connect {{from}} to {{to}}', { from, to: id });
      app.getState().edit(label, connect({ node: from, port }, { node: id, port: input }));
    };
    return [nodeEntry(design.nodes, id, join)];
  });
  return { heading, entries };
}

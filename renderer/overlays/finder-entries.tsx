import type { CSSProperties, ReactNode } from 'react';
import { definitionOf, titleOf } from '../../shared/blocks/index.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { connect, freeInput } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { addAfterSelection } from '../canvas/adding.ts';
import { viewport } from '../canvas/viewport.ts';
import { commands, enabled, run } from '../commands/registry.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import type { useT } from '../i18n/i18n.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { initials } from '../parts/rank.ts';
import { familyStyle } from '../parts/theme.ts';
import { openSample, samples } from '../start/samples.ts';
import { addables } from '../store/addables.ts';
import { app, designOf } from '../store/app.ts';
import { openZoo } from '../store/files.ts';

type T = ReturnType<typeof useT>;

/** Something that can be found by name and acted upon. */
export interface FinderEntry {
  readonly id: string;
  /** What it answers to. */
  readonly names: readonly string[];
  readonly title: string;
  readonly icon: ReactNode;
  readonly note: ReactNode;
  readonly style?: CSSProperties;
  readonly perform: () => void;
}

export interface FinderGroup {
  readonly heading: string;
  readonly entries: readonly FinderEntry[];
}

const noIcon = <span className="menu-icon" />;

function commandGroup(t: T): FinderGroup {
  const entries = commands
    .filter((command) => command.id !== 'commands' && enabled(command))
    .map(({ id, title, icon: Icon, shortcut, menu }) => ({
      id: `command ${id}`,
      names: [t(title), title, menu],
      title: t(title),
      icon: <span className="menu-icon">{Icon ? <Icon size={15} /> : null}</span>,
      note: shortcut ? <kbd>{shortcutText(shortcut)}</kbd> : null,
      perform: () => run(id),
    }));
  return { heading: t('Commands'), entries };
}

/** What can be put into the design: it goes after the selected layer. */
function layerGroup(t: T): FinderGroup {
  const entries = addables().map((added) => {
    const { id, kind, title, group } = added;
    return {
      id: `add ${id}`,
      names: [title, kind, initials(title), t('Add {{name}}', { name: title })],
      title: t('Add {{name}}', { name: title }),
      icon: <LayerIcon kind={kind} size={17} />,
      note: <span className="muted">{kind}</span>,
      style: familyStyle(group),
      perform: () => void addAfterSelection(added, viewport.middle()),
    };
  });
  return { heading: t('Layers'), entries };
}

function nodeEntry(nodes: Design['nodes'], id: NodeId, perform: () => void): FinderEntry {
  const { kind, params } = nodes[id]!;
  const { group } = definitionOf(kind);
  const title = titleOf({ kind, params });
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

export function nodeGroup(t: T): FinderGroup {
  const { nodes } = designOf(app.getState());
  const go = (id: NodeId): void => {
    app.getState().select([id]);
    viewport.show([id]);
  };
  return {
    heading: t('Nodes'),
    entries: Object.keys(nodes).map((id) => nodeEntry(nodes, id, () => go(id))),
  };
}

/** Nodes with a free input that would not close a cycle. */
export function targetGroup(t: T): FinderGroup {
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

function networkGroup(t: T): FinderGroup {
  const entries = zoo.map(({ id, title, year }) => ({
    id: `zoo ${id}`,
    names: [title],
    title,
    icon: noIcon,
    note: <span className="muted">{year}</span>,
    perform: () => void openZoo(id),
  }));
  return { heading: t('Networks'), entries };
}

function sampleGroup(t: T): FinderGroup {
  const entries = samples.map((sample) => ({
    id: `sample ${sample.path}`,
    names: [sample.design.name],
    title: sample.design.name,
    icon: noIcon,
    note: null,
    perform: () => void openSample(sample),
  }));
  return { heading: t('Samples'), entries };
}

/** All that can be found from where the user is. */
export function everything(t: T): readonly FinderGroup[] {
  const drawing = app.getState().screen === 'editor';
  return [
    commandGroup(t),
    ...(drawing ? [nodeGroup(t), layerGroup(t)] : []),
    networkGroup(t),
    sampleGroup(t),
  ];
}

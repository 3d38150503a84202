import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { connect, freeInput } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { viewport } from '../canvas/viewport.ts';
import { commands, enabled, run } from '../commands/registry.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import { useT } from '../i18n/i18n.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { rank } from '../parts/rank.ts';
import { familyStyle } from '../parts/theme.ts';
import { app, designOf, useApp } from '../store/app.ts';
import { openZoo } from '../store/files.ts';

const noNodes: Design['nodes'] = {};

function close(): void {
  app.getState().set({ overlay: 'none' });
}

/** One search box for commands, nodes and networks; or for nodes alone, to go to or to connect to. */
export function Finder() {
  const t = useT();
  const overlay = useApp((state) => state.overlay);
  const open = overlay === 'commands' || overlay === 'find' || overlay === 'connect';
  const prompt = {
    commands: t('Command, node or network …'),
    find: t('Find a node …'),
    connect: t('Connect to …'),
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade is-light" />
        <Dialog.Content
          className="finder"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            document.querySelector<HTMLElement>('.canvas')?.focus();
          }}
        >
          <Dialog.Title className="visually-hidden">{open ? prompt[overlay] : ''}</Dialog.Title>
          {open ? (
            <Command loop filter={rank} label={prompt[overlay]}>
              <Command.Input autoFocus placeholder={prompt[overlay]} />
              <Command.List>
                <Command.Empty>{t('Nothing of that name.')}</Command.Empty>
                {overlay === 'commands' ? <CommandItems /> : null}
                {overlay === 'connect' ? <Targets /> : <Nodes />}
                {overlay === 'commands' ? <Networks /> : null}
              </Command.List>
            </Command>
          ) : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandItems() {
  const t = useT();
  return (
    <Command.Group heading={t('Commands')}>
      {commands
        .filter((command) => command.id !== 'commands' && enabled(command))
        .map(({ id, title, icon: Icon, shortcut, menu }) => (
          <Command.Item
            key={id}
            value={`command ${id}`}
            keywords={[t(title), title, menu]}
            onSelect={() => {
              close();
              run(id);
            }}
          >
            <span className="menu-icon">{Icon ? <Icon size={15} /> : null}</span>
            <span>{t(title)}</span>
            {shortcut ? <kbd>{shortcutText(shortcut)}</kbd> : null}
          </Command.Item>
        ))}
    </Command.Group>
  );
}

function NodeItem({ id, onSelect }: { readonly id: NodeId; readonly onSelect: () => void }) {
  const node = useApp((state) => designOf(state).nodes[id]);
  if (!node) return null;
  const { title, group } = definitionOf(node.kind);
  return (
    <Command.Item value={`node ${id}`} keywords={[id, title]} style={familyStyle(group)} onSelect={onSelect}>
      <LayerIcon kind={node.kind} size={17} />
      <span>{id}</span>
      <span className="muted">{title}</span>
    </Command.Item>
  );
}

function Nodes() {
  const t = useT();
  const nodes = useApp((state) => (state.screen === 'editor' ? designOf(state).nodes : noNodes));
  return (
    <Command.Group heading={t('Nodes')}>
      {Object.keys(nodes).map((id) => (
        <NodeItem
          key={id}
          id={id}
          onSelect={() => {
            close();
            app.getState().select([id]);
            viewport.show([id]);
          }}
        />
      ))}
    </Command.Group>
  );
}

/** Nodes with a free input that would not close a cycle. */
function Targets() {
  const t = useT();
  const { selection, analysis } = app.getState();
  const design = designOf(app.getState());
  const from = selection[0];
  const node = from === undefined ? undefined : design.nodes[from];
  const port = node && definitionOf(node.kind).outputs(node.params)[0]?.name;
  if (from === undefined || port === undefined) return null;
  const before = reachable(analysis.topology, [from], 'before');
  const targets = Object.keys(design.nodes).flatMap((id) => {
    const input = id === from || before.has(id) ? undefined : freeInput(design, id);
    return input === undefined ? [] : [[id, input] as const];
  });
  return (
    <Command.Group heading={t('Nodes with a free input')}>
      {targets.map(([id, input]) => (
        <NodeItem
          key={id}
          id={id}
          onSelect={() => {
            close();
            const label = t('Connect {{from}} to {{to}}', { from, to: id });
            app.getState().edit(label, connect({ node: from, port }, { node: id, port: input }));
          }}
        />
      ))}
    </Command.Group>
  );
}

function Networks() {
  const t = useT();
  return (
    <Command.Group heading={t('Networks')}>
      {zoo.map(({ id, title, year }) => (
        <Command.Item
          key={id}
          value={`zoo ${id}`}
          keywords={[title]}
          onSelect={() => {
            close();
            void openZoo(id);
          }}
        >
          <span className="menu-icon" />
          <span>{title}</span>
          <span className="muted">{year}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

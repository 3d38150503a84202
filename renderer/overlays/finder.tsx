import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useMemo, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { best } from '../parts/rank.ts';
import { type AppState, app, useApp } from '../store/app.ts';
import { everything, type FinderGroup, nodeGroup, targetGroup } from './finder-entries.tsx';

type FinderKind = Extract<AppState['overlay'], 'commands' | 'find' | 'connect'>;

function close(): void {
  app.getState().set({ overlay: 'none' });
}

/** One search box for commands, nodes, layers and networks; or for nodes alone, to go to or to connect to. */
export function Finder() {
  const t = useT();
  const overlay = useApp((state) => state.overlay);
  const open = overlay === 'commands' || overlay === 'find' || overlay === 'connect';
  const prompt = {
    commands: t('Command, node, layer or network …'),
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
          {open ? <Search kind={overlay} prompt={prompt[overlay]} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What answers best comes first, whichever group it is of: what Enter does is what was meant. */
function answers(groups: readonly FinderGroup[], query: string): readonly FinderGroup[] {
  const found = best(
    groups.flatMap((group) => group.entries.map((entry) => ({ group, entry, names: entry.names }))),
    query,
  );
  const order = new Set(found.map(({ group }) => group));
  return [...order].map((group) => ({
    heading: group.heading,
    entries: found.filter((answer) => answer.group === group).map(({ entry }) => entry),
  }));
}

function Search({ kind, prompt }: { readonly kind: FinderKind; readonly prompt: string }) {
  const t = useT();
  const [query, setQuery] = useState('');
  const groups = useMemo(
    () => (kind === 'commands' ? everything(t) : [kind === 'find' ? nodeGroup(t) : targetGroup(t)]),
    [kind, t],
  );
  const shown = useMemo(() => answers(groups, query), [groups, query]);
  return (
    <Command loop shouldFilter={false} label={prompt}>
      <Command.Input autoFocus placeholder={prompt} value={query} onValueChange={setQuery} />
      <Command.List>
        <Command.Empty>{t('Nothing of that name.')}</Command.Empty>
        {shown.map(({ heading, entries }) => (
          <Command.Group key={heading} heading={heading}>
            {entries.map(({ id, title, icon, note, style, perform }) => (
              <Command.Item
                key={id}
                value={id}
                {...(style ? { style } : {})}
                onSelect={() => {
                  close();
                  perform();
                }}
              >
                {icon}
                <span>{title}</span>
                {note}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useEffect, useMemo, useState } from 'react';
import type { FinderEntry, FinderGroup } from '../commands/feature.ts';
import { useCommands } from '../commands/use-commands.ts';
import { useT } from '../i18n/i18n.ts';
import { exact } from '../parts/format.ts';
import { best } from '../parts/rank.ts';
import type { App } from '../state/app.ts';
import type { AppState } from '../state/app-state.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { commandGroup, nodeGroup, targetGroup } from './finder-entries.tsx';
import { useFeatures } from './use-features.tsx';

type FinderKind = Extract<AppState['overlay'], 'commands' | 'find' | 'connect'>;

function close(app: App): void {
  app.getState().closeOverlay();
}

/** One search box for commands, nodes, layers and networks; or for nodes alone, to go to or to connect to. */
export function Finder() {
  const app = useTheApp();
  const t = useT();
  const overlay = useApp((state) => state.overlay);
  const open = overlay === 'commands' || overlay === 'find' || overlay === 'connect';
  const prompt = {
    commands: t('Command, node, layer or network …'),
    find: t('Find a node …'),
    connect: t('Connect to …'),
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : close(app))}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade is-light" />
        <Dialog.Content
          className="finder"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was chosen may have opened something, which has the focus by now.
            if (document.activeElement === document.body) app.focus.focus('canvas');
          }}
        >
          <Dialog.Title className="visually-hidden">{open ? prompt[overlay] : ''}</Dialog.Title>
          {open ? <Search kind={overlay} prompt={prompt[overlay]} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Of a group no more than these are shown: nobody reads further, and a design can have thousands of nodes. */
const MOST_SHOWN = 150;

/** So many at once; the others follow when no letter does, for to show them all takes longer than to type one. */
const FIRST_SHOWN = 12;
const REST_MS = 150;

/** Whether it has been the same for a moment. */
function useIsAtRest(now: object): boolean {
  const [rested, setRested] = useState<object>();
  useEffect(() => {
    const timer = setTimeout(() => setRested(now), REST_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return rested === now;
}

interface Answers extends FinderGroup {
  /** How many more there are than are shown. */
  readonly more: number;
}

/** What answers best comes first, whichever group it is of: what Enter does is what was meant. */
function answers(groups: readonly FinderGroup[], query: string): readonly Answers[] {
  const found = best(
    groups.flatMap((group) => group.entries.map((entry) => ({ group, entry, names: entry.names }))),
    query,
  );
  const byGroup = new Map<FinderGroup, FinderEntry[]>();
  for (const { group, entry } of found) {
    const entries = byGroup.get(group);
    if (entries) entries.push(entry);
    else byGroup.set(group, [entry]);
  }
  return [...byGroup].map(([{ heading }, entries]) => ({
    heading,
    entries: entries.slice(0, MOST_SHOWN),
    more: Math.max(0, entries.length - MOST_SHOWN),
  }));
}

function Search({ kind, prompt }: { readonly kind: FinderKind; readonly prompt: string }) {
  const app = useTheApp();
  const t = useT();
  const commands = useCommands();
  const features = useFeatures();
  const [query, setQuery] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is found is called otherwise in another language.
  const groups = useMemo((): readonly FinderGroup[] => {
    if (kind === 'find') return [nodeGroup(app)];
    if (kind === 'connect') return [targetGroup(app)];
    const nodes = app.getState().screen === 'editor' ? [nodeGroup(app)] : [];
    return [commandGroup(commands), ...nodes, ...features.flatMap(({ finds }) => finds?.(app) ?? [])];
  }, [kind, app, commands, features, t]);
  const found = useMemo(() => answers(groups, query), [groups, query]);
  const isAtRest = useIsAtRest(found);
  return (
    <Command loop shouldFilter={false} label={prompt}>
      <Command.Input autoFocus placeholder={prompt} value={query} onValueChange={setQuery} />
      <Command.List>
        <Command.Empty>{t('Nothing of that name.')}</Command.Empty>
        {found.map(({ heading, entries, more }) => (
          <Command.Group key={heading} heading={heading}>
            {entries
              .slice(0, isAtRest ? MOST_SHOWN : FIRST_SHOWN)
              .map(({ id, title, icon, note, style, perform }) => (
                <Command.Item
                  key={id}
                  value={id}
                  {...(style ? { style } : {})}
                  onSelect={() => {
                    close(app);
                    perform();
                  }}
                >
                  {icon}
                  <span>{title}</span>
                  {note}
                </Command.Item>
              ))}
            {more > 0 ? (
              <p className="finder-more">
                {t('{{others}} more: type on to find them', { others: exact(more) })}
              </p>
            ) : null}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

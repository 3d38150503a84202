import { Menubar } from 'radix-ui';
import { Fragment } from 'react';
import { menuNames } from '../commands/define.ts';
import { commandsOf } from '../commands/menus.ts';
import { enabled, run } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { documentOf, isDirty, useApp } from '../store/app.ts';
import { CommandLine } from './command-line.tsx';

/** The menu bar inside the window, for hosts that have none of their own. */
export function Menus() {
  const t = useT();
  const screen = useApp((state) => state.screen);
  const name = useApp((state) =>
    state.screen === 'start' ? '' : (state.file?.name ?? documentOf(state).name),
  );
  const dirty = useApp(isDirty);
  return (
    <header className="menu-bar" data-screen={screen}>
      <span className="brand">Netwright</span>
      <Menubar.Root className="menus">
        {menuNames.map((menu) => (
          <Menubar.Menu key={menu}>
            <Menubar.Trigger className="menu-trigger">{t(menu)}</Menubar.Trigger>
            <Menubar.Portal>
              <Menubar.Content className="menu" align="start" sideOffset={4}>
                {commandsOf(menu).map((command, i) => {
                  return (
                    <Fragment key={command.id}>
                      {command.apart && i > 0 ? <Menubar.Separator className="menu-line" /> : null}
                      <Menubar.Item
                        className="menu-item"
                        data-command={command.id}
                        disabled={!enabled(command)}
                        onSelect={() => requestAnimationFrame(() => run(command.id))}
                      >
                        <CommandLine command={command} />
                      </Menubar.Item>
                    </Fragment>
                  );
                })}
              </Menubar.Content>
            </Menubar.Portal>
          </Menubar.Menu>
        ))}
      </Menubar.Root>
      <span className="window-title" data-testid="document-name">
        {name}
        {dirty ? (
          <span className="dirty-dot" title={t('Not saved')} role="img" aria-label={t('Not saved')} />
        ) : null}
      </span>
    </header>
  );
}

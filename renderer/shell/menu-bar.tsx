import { Menubar } from 'radix-ui';
import { Fragment, useState } from 'react';
import { CommandLine } from '../commands/command-line.tsx';
import { menuNames } from '../commands/define.ts';
import { commandsOf } from '../commands/menu-model.ts';
import { useCommands } from '../commands/use-commands.ts';
import { useMenuChoice } from '../commands/use-menu-choice.ts';
import { useT } from '../i18n/i18n.ts';
import { documentOf, isDirty } from '../state/app-state.ts';
import { useApp } from '../state/use-app.ts';

/** The menu bar inside the window, for hosts that have none of their own. */
export function Menus() {
  const commands = useCommands();
  const choice = useMenuChoice(commands.run);
  // Its menus belong to it, wherever they are drawn.
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const t = useT();
  const screen = useApp((state) => state.screen);
  const name = useApp((state) =>
    state.screen === 'start' ? '' : (state.file?.name ?? documentOf(state).name),
  );
  const dirty = useApp(isDirty);
  return (
    <header ref={setBar} className="menu-bar" data-screen={screen}>
      <span className="brand">Netwright</span>
      <Menubar.Root className="menus">
        {menuNames.map((menu) => (
          <Menubar.Menu key={menu}>
            <Menubar.Trigger className="menu-trigger">{t(menu)}</Menubar.Trigger>
            <Menubar.Portal container={bar}>
              <Menubar.Content
                className="menu"
                align="start"
                sideOffset={4}
                onCloseAutoFocus={choice.onCloseAutoFocus}
              >
                {commandsOf(commands, menu).map((command, i) => {
                  return (
                    <Fragment key={command.id}>
                      {command.apart && i > 0 ? <Menubar.Separator className="menu-line" /> : null}
                      <Menubar.Item
                        className="menu-item"
                        data-command={command.id}
                        disabled={!commands.enabled(command)}
                        onSelect={() => choice.choose(command.id)}
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

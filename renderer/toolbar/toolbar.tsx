import { Menu, Play, Redo2, Search, Undo2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Fragment, useEffect, useState } from 'react';
import { setName } from '../../shared/graph/edits.ts';
import { commands } from '../commands/commands.ts';
import { type MenuName, menuNames } from '../commands/define.ts';
import { commandOf, isEnabled, run, shortcutText } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { app, designOf, isDirty, useApp } from '../store/app.ts';
import { Gauges } from './gauges.tsx';

function CommandButton({ id, icon: Icon }: { readonly id: string; readonly icon: typeof Undo2 }) {
  const t = useT();
  const command = commandOf(id)!;
  useApp((state) => command.when?.(state) ?? true);
  const title = `${t(command.title)}${command.shortcut ? ` (${shortcutText(command.shortcut)})` : ''}`;
  return (
    <button
      type="button"
      className="icon-button"
      title={title}
      aria-label={t(command.title)}
      data-command={id}
      disabled={!isEnabled(command)}
      onClick={() => run(id)}
    >
      <Icon size={17} />
    </button>
  );
}

/** The menus of a browser window; the desktop app has native ones with the same entries. */
function Menus() {
  const t = useT();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="icon-button" aria-label={t('Menu')} title={t('Menu')}>
          <Menu size={18} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={6} align="start">
          {menuNames.map((name) => (
            <DropdownMenu.Sub key={name}>
              <DropdownMenu.SubTrigger className="menu-item">{t(name)}</DropdownMenu.SubTrigger>
              <DropdownMenu.Portal>
                <DropdownMenu.SubContent className="menu" sideOffset={2}>
                  <MenuItems name={name} />
                </DropdownMenu.SubContent>
              </DropdownMenu.Portal>
            </DropdownMenu.Sub>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItems({ name }: { readonly name: MenuName }) {
  const t = useT();
  const items = commands.filter(({ menu }) => menu === name);
  return items.map((command, i) => (
    <Fragment key={command.id}>
      {i > 0 && items[i - 1]!.section !== command.section ? <DropdownMenu.Separator className="menu-line" /> : null}
      <DropdownMenu.Item className="menu-item" disabled={!isEnabled(command)} onSelect={() => run(command.id)}>
        {command.icon ? <command.icon size={15} /> : <span className="menu-gap" />}
        <span>{t(command.title)}</span>
        {command.shortcut ? <kbd>{shortcutText(command.shortcut)}</kbd> : null}
      </DropdownMenu.Item>
    </Fragment>
  ));
}

function NamedMenu({ name }: { readonly name: MenuName }) {
  const t = useT();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="button is-quiet">
          {t(name)}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={6} align="start">
          <MenuItems name={name} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function DesignName() {
  const t = useT();
  const name = useApp((state) => designOf(state).name);
  const dirty = useApp(isDirty);
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const commit = (): void => {
    const next = text.trim();
    if (next !== '' && next !== name) app.getState().edit(t('Rename the design'), setName(next));
    else setText(name);
  };
  return (
    <span className="design-name">
      <input
        value={text}
        maxLength={200}
        aria-label={t('Name of the design')}
        style={{ width: `${Math.min(26, Math.max(8, text.length + 1))}ch` }}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setText(name);
        }}
      />
      <span className={`dirty${dirty ? ' is-dirty' : ''}`} title={dirty ? t('Not saved') : t('Saved')} data-testid="dirty" />
    </span>
  );
}

export function Toolbar() {
  const t = useT();
  return (
    <header className="toolbar">
      <Menus />
      <DesignName />
      <CommandButton id="undo" icon={Undo2} />
      <CommandButton id="redo" icon={Redo2} />
      <span className="toolbar-line" />
      <NamedMenu name="Design" />
      <NamedMenu name="Block" />
      <Gauges />
      <button type="button" className="button is-primary" onClick={() => run('run')} data-command="run">
        <Play size={14} /> {t('Run')}
      </button>
      <button type="button" className="button is-quiet" onClick={() => run('commandPalette')} title={t('Commands …')}>
        <Search size={14} /> <kbd>{shortcutText('Mod+K')}</kbd>
      </button>
    </header>
  );
}
